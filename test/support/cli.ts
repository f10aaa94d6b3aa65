// Runs the command line in process, with the input and output of a person.

import { createColors } from 'picocolors';
import type { Cloud, FunctionLogs } from '../../bin/cli/cloud';
import { CliError } from '../../bin/cli/errors';
import { Interrupted, type Io } from '../../bin/cli/io';
import type { StackResource } from '../../bin/cli/stacks';
import { run } from '../../bin/program';
import { LIVE } from '../../contracts/names';
import { workflows as table, type WorkflowName, workflowNames } from '../../contracts/workflows';
import type { HistoryEvent } from '../../tools/simulator/types';
import { type FakeExecution, FakeStepFunctions, STATE_MACHINE } from './fake-step-functions';

export interface CliWorld {
  stepFunctions: FakeStepFunctions;
  /** Stack outputs, by `stack/output`. */
  outputs: Record<string, string>;
  /** Stack resources, by stack. */
  resources: Record<string, readonly StackResource[]>;
  stackStatus: string;
  clients: Partial<Cloud['clients']>;
  functionLogs: FunctionLogs[];
  files: Record<string, string>;
  terminal?: { rows: number; columns: number };
  /** The person's answer to a confirmation. */
  confirms: boolean;
  /** Whether the local cloud runs, which is then this world. */
  isLocalUp: boolean;
  /** The person's Ctrl-C. */
  interrupt: AbortController;
  /** Called at each pause of a command, with the pause's number. */
  whileWaiting: (pause: number) => void;
}

/** The ARN of a workflow's state machine. */
export const machineOf = (name: WorkflowName): string =>
  name === 'order' ? STATE_MACHINE : STATE_MACHINE.replace('Orders', name);

export const cliWorld = (world: Partial<CliWorld> = {}): CliWorld => ({
  stepFunctions: new FakeStepFunctions(),
  outputs: Object.fromEntries(
    workflowNames.map((name) => [`${table[name].stack}/${table[name].output}`, `${machineOf(name)}:${LIVE}`]),
  ),
  resources: {},
  stackStatus: 'UPDATE_COMPLETE',
  clients: {},
  functionLogs: [],
  files: {},
  confirms: false,
  isLocalUp: true,
  interrupt: new AbortController(),
  whileWaiting: () => {
    throw new Error('the command waits for something that does not come');
  },
  ...world,
});

/** Runs `workflows <line>`; words are separated by spaces. */
export async function workflows(world: CliWorld, line: string) {
  const seen = { out: '', err: '' };
  const write = (stream: 'out' | 'err', end: string) => (text: string) => {
    seen[stream] += text + end;
  };
  let pauses = 0;
  const io: Io = {
    out: write('out', '\n'),
    raw: write('out', ''),
    err: write('err', '\n'),
    terminal: () => world.terminal,
    colours: createColors(false),
    read: async (path) => {
      const text = world.files[path];
      if (text === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
      return Buffer.from(text);
    },
    confirm: async () => world.confirms,
    sleep: async () => world.whileWaiting(++pauses),
    interruptible: (work) =>
      work(world.interrupt.signal).catch((error: unknown) => {
        throw world.interrupt.signal.aborted ? new Interrupted() : error;
      }),
  };
  const exitCode = await run(
    line.split(' '),
    io,
    async (stage = 'dev') => cloudOf(world, stage),
    () => world.isLocalUp,
  );
  return { exitCode, ...seen };
}

/** The cloud that commands talk to. */
export function cloudOf(world: CliWorld, stage: Cloud['stage']): Cloud {
  const missing = async () => {
    throw new Error('the test gave no such client');
  };
  return {
    stage,
    place: `stage ${stage} of the test`,
    sfn: world.stepFunctions.client,
    clients: {
      dynamodb: missing,
      events: missing,
      functions: missing,
      kms: missing,
      lambda: missing,
      logs: missing,
      s3: missing,
      secrets: missing,
      sts: missing,
      ...world.clients,
    },
    functionLogs: async () => world.functionLogs,
    resources: async (stack) => [...(world.resources[stack] ?? [])],
    status: async () => world.stackStatus,
    output: async (stack, name) => {
      const value = world.outputs[`${stack}/${name}`];
      if (value === undefined) throw new CliError(`no output ${name} of ${stack}`);
      return value;
    },
  };
}

/** Adds an execution with this history to the fake Step Functions. */
export function addExecution(
  { stepFunctions }: CliWorld,
  events: readonly HistoryEvent[],
  execution: Partial<FakeExecution> & { name: string },
): FakeExecution {
  const added = {
    executionArn: `${STATE_MACHINE.replace(':stateMachine:', ':execution:')}:${execution.name}`,
    stateMachineArn: STATE_MACHINE,
    status: 'RUNNING',
    startDate: 1_800_000_000,
    ...execution,
  };
  stepFunctions.executions.set(added.executionArn, added);
  stepFunctions.histories.set(added.executionArn, events);
  return added;
}
