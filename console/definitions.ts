// Definitions as the page shows them: deployed ones, those that executions run on, and the files of this checkout.

import { DescribeStateMachineForExecutionCommand } from '@aws-sdk/client-sfn';
import type { Cloud } from '../bin/cli/cloud';
import {
  definitionNamed,
  definitionNames,
  deployedDefinition,
  type FoundDefinition,
  writtenDefinition,
} from '../bin/cli/definitions';
import { type ExecutionId, explainingMissing, resolveExecution } from '../bin/cli/executions';
import { workflowOf } from '../contracts/workflows';
import { type RawState, readDefinition, statesIn } from './definition';
import { layOut } from './layout';
import type { Drawing, ShownDefinition, StateRules } from './model';
import { factsOf, rulesIn } from './rules';

/** A definition, read and drawn. */
interface ReadDefinition {
  text: string;
  /** By name, also those inside of others. */
  states: ReadonlyMap<string, RawState>;
  drawing: Drawing;
  rules: Record<string, StateRules>;
}

/** Executions share them, and a file is asked for every second: each text is drawn once. */
const known = new Map<string, ReadDefinition>();
/** A file that is being edited has many. */
const MOST_KNOWN = 50;

/** @throws SyntaxError when it is not JSON */
function readAll(text: string): ReadDefinition {
  const read = known.get(text) ?? {
    text,
    states: new Map(statesIn(JSON.parse(text))),
    drawing: layOut(readDefinition(text)),
    rules: rulesIn(text),
  };
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(text, read);
  return read;
}

export interface Definitions {
  /** What an execution runs on. It keeps what it began with, so it is read once. */
  ofExecution(id: ExecutionId): Promise<ReadDefinition>;
  /** @param of a workflow, a file of statemachines/, or an execution @throws CliError that lists the names */
  shown(of: string): Promise<ShownDefinition>;
}

/** @param keptMilliseconds how long a deployed definition is used again */
export function definitionsOf(cloud: Cloud, keptMilliseconds: number): Definitions {
  const executions = new Map<string, Promise<ReadDefinition>>();
  const ofExecution = (id: ExecutionId): Promise<ReadDefinition> => {
    const read = executions.get(id.arn) ?? describe(cloud, id).then(readAll);
    executions.set(id.arn, read);
    read.catch(() => executions.delete(id.arn));
    return read;
  };
  const deployed = new Map<string, { at: number; found: Promise<FoundDefinition> }>();
  const deployedOf = (of: string): Promise<FoundDefinition> => {
    const name = definitionNamed(of);
    const known = deployed.get(name.name);
    if (known && Date.now() - known.at < keptMilliseconds) return known.found;
    const found = deployedDefinition(cloud, name);
    deployed.set(name.name, { at: Date.now(), found });
    found.catch(() => deployed.delete(name.name));
    return found;
  };

  return {
    ofExecution,
    shown: async (of) => {
      // A definition's name before an execution's: order-processing is no order.
      const isExecution = !isDefinition(of) && (of.startsWith('arn:') || workflowOf(of) !== undefined);
      if (!isExecution) return shownDefinition(of, definitionNamed(of).file, await deployedOf(of));
      const id = await resolveExecution(cloud, of);
      const { text } = await ofExecution(id);
      return shownDefinition(of, id.name, { text, source: `What ${id.name} runs on, in ${cloud.place}.` });
    },
  };
}

/** The file of this checkout, as it is now. @throws CliError that lists the names */
export function shownFile(of: string): ShownDefinition {
  const name = definitionNamed(of);
  return { ...shownDefinition(of, name.file, writtenDefinition(name)), isFile: true };
}

const isDefinition = (name: string): boolean =>
  definitionNames().some((each) => each.name === name || each.file === name);

function shownDefinition(of: string, title: string, { text, source }: FoundDefinition): ShownDefinition {
  const { drawing, rules } = readAll(text);
  return {
    of,
    title,
    source,
    isFile: false,
    names: definitionNames().map(({ name }) => name),
    facts: factsOf(text),
    drawing,
    rules,
  };
}

async function describe(cloud: Cloud, id: ExecutionId): Promise<string> {
  const { definition = '' } = await explainingMissing(cloud, id, () =>
    cloud.sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn: id.arn })),
  );
  return definition;
}
