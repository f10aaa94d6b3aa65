// Finds definitions: by the names that people use for them, in the files of this checkout, and in a cloud.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineArn } from '../../contracts/names';
import { type WorkflowName, workflowNames, workflows } from '../../contracts/workflows';
import { withErrorSets } from '../../lib/workflow/error-sets';
import { repository } from '../local-cloud/paths';
import { findMachines, machineNamed } from '../releases/machines';
import { liveOf, readDefinition, readVersions, routing } from '../releases/versions';
import { plain } from '../terminal/text';
import type { Cloud } from './cloud';
import { CliError } from './errors';
import { stateMachineArn } from './executions';

const folder = join(repository, 'statemachines');
const suffix = '.asl.json';

export interface DefinitionName {
  /** `order`; for a workflow that only another one starts, the name of its file. */
  name: string;
  /** Its file in statemachines/, without `.asl.json`. */
  file: string;
  /** Absent for one that only another workflow starts. */
  workflow?: WorkflowName;
}

/** The definitions of this checkout: those of the workflows that people start come first. */
export function definitionNames(): DefinitionName[] {
  const started = workflowNames.map((name) => ({
    name,
    file: workflows[name].definition,
    workflow: name,
  }));
  const others = readdirSync(folder)
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length))
    .filter((file) => !started.some((each) => each.file === file));
  return [...started, ...others.map((file) => ({ name: file, file }))];
}

/** @param name of the workflow (`order`) or of the file (`order-processing`) @throws CliError that lists the names */
export function definitionNamed(name: string): DefinitionName {
  const all = definitionNames();
  const found = all.find((each) => each.name === name || each.file === name);
  if (found) return found;
  const names = all.map((each) => (each.name === each.file ? each.name : `${each.name} (${each.file})`));
  throw new CliError(`There is no definition ${plain(name)}. There are ${names.join(', ')}.`, 2);
}

export interface FoundDefinition {
  /** In ASL. */
  text: string;
  /** Where it is from, in a sentence. */
  source: string;
}

/** The file of this checkout, with its error sets written out; its placeholders stay. */
export function writtenDefinition({ file }: DefinitionName): FoundDefinition {
  const text = withErrorSets(readFileSync(join(folder, `${file}${suffix}`), 'utf8'));
  return { text, source: `The file statemachines/${file}${suffix} of this checkout: no cloud is asked.` };
}

/** What callers start: the version that the alias live names, of two the one with more starts. */
export async function deployedDefinition(
  cloud: Cloud,
  { name, workflow }: DefinitionName,
): Promise<FoundDefinition> {
  const machine = workflow
    ? machineArn(await stateMachineArn(cloud, workflow))
    : machineNamed(await findMachines(cloud), name).arn;
  const live = liveOf(await readVersions(cloud.sfn, machine));
  const [first] = live;
  const { definition } = await readDefinition(cloud.sfn, first?.arn ?? machine);
  const which =
    live.length > 1 && first
      ? `${routing(live)}; this is version ${first.number}`
      : first
        ? routing(live)
        : 'what its state machine has at present';
  return { text: definition, source: `Deployed to ${cloud.place}: ${which}.` };
}
