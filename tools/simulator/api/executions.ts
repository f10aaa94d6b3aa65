// The executions of this server, running and ended. They are kept in memory until the server stops.

import { DefinitionError } from '../fields';
import { parseJson, toJson } from '../long-integers';
import type { Execution, ExecutionOptions, MapRun } from '../types';
import { executionArn, stateMachineArnOfChild } from './arns';
import { ApiError } from './protocol';
import type { StateMachineSnapshot } from './state-machines';

export interface ExecutionRecord {
  execution: Execution;
  machine: StateMachineSnapshot;
  /** The input as it was sent, byte for byte. A repeated start must have the same. */
  inputText: string;
  /** Increases with each start. */
  sequence: number;
  /** The run that a child execution of a Distributed Map belongs to. */
  mapRunArn?: string;
  /** The number of items that such a child has. */
  itemCount?: number;
  /** The client token of the latest redrive: the same call again has no effect. */
  redriveToken?: string;
}

export interface MapRunRecord {
  run: MapRun;
  parent: ExecutionRecord;
}

/** Starts the interpreter on a machine's definition, with a clock and a task runner. */
export type Launch = (
  machine: StateMachineSnapshot,
  options: Omit<ExecutionOptions, 'clock' | 'task'>,
) => Execution;

export const MAX_PAYLOAD_BYTES = 262_144;
const MAX_NAME_LENGTH = 80;
const RETAINED_DAYS = 90;

/** Characters that AWS refuses in a name. */
const FORBIDDEN_IN_NAME = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}]/u;

export class Executions {
  private readonly byArn = new Map<string, ExecutionRecord>();
  private nextSequence = 1;

  /** @param onEnd called when an execution ends, and again when it ends after a redrive. */
  constructor(
    private readonly launch: Launch,
    private readonly onEnd: (record: ExecutionRecord) => void,
    private readonly now: () => Date,
  ) {}

  /**
   * Starts an execution, or returns the running one with the same name and input. Throws InvalidName,
   * InvalidExecutionInput, ExecutionAlreadyExists, ValidationException.
   */
  start(machine: StateMachineSnapshot, name: string, inputText: string): ExecutionRecord {
    checkName(name);
    const input = parseInput(inputText);
    const arn = executionArn(machine.arn, name);
    const existing = this.byArn.get(arn);
    if (existing && !this.isForgotten(existing)) {
      if (existing.execution.status === 'RUNNING' && existing.inputText === inputText) return existing;
      throw new ApiError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const execution = this.begin(machine, name, arn, input);
    const record = { execution, machine, inputText, sequence: this.nextSequence++ };
    this.byArn.set(arn, record);
    this.follow(record);
    return record;
  }

  redrive(record: ExecutionRecord): void {
    record.execution.redrive();
    this.follow(record);
  }

  /** Throws ExecutionDoesNotExist. */
  find(arn: string): ExecutionRecord {
    const record = this.byArn.get(arn) ?? this.findChild(arn);
    if (!record) throw new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return record;
  }

  /** In the order of their start, without the child executions of Map Runs. */
  all(): ExecutionRecord[] {
    return [...this.byArn.values()];
  }

  /** Throws ResourceNotFound. */
  findMapRun(mapRunArn: string): MapRunRecord {
    for (const parent of this.byArn.values()) {
      const run = parent.execution.mapRuns.find((candidate) => candidate.mapRunArn === mapRunArn);
      if (run) return { run, parent };
    }
    throw new ApiError('ResourceNotFound', `Resource not found: '${mapRunArn}'`);
  }

  childrenOf({ run, parent }: MapRunRecord): ExecutionRecord[] {
    const { childItems } = run;
    return run.children.map((execution, index) => ({
      execution,
      machine: { ...parent.machine, arn: stateMachineArnOfChild(execution.arn) },
      inputText: toJson(execution.input),
      sequence: index + 1,
      mapRunArn: run.mapRunArn,
      itemCount: childItems[index] ?? 0,
    }));
  }

  /** AWS keeps an execution, and with it its name, for 90 days after its end. */
  private isForgotten({ execution: { stopDate } }: ExecutionRecord): boolean {
    return stopDate !== undefined && this.now().getTime() - stopDate.getTime() > RETAINED_DAYS * 86_400_000;
  }

  private begin(machine: StateMachineSnapshot, name: string, arn: string, input: unknown): Execution {
    const { definition, roleArn } = machine;
    const stateMachine = { name: machine.name, arn: machine.arn };
    try {
      return this.launch(machine, { definition, input, name, arn, stateMachine, roleArn });
    } catch (error) {
      if (!(error instanceof DefinitionError)) throw error;
      // AWS refuses the definition when the state machine is created; the emulator accepts any text.
      throw new ApiError('InvalidDefinition', `Invalid State Machine Definition: '${error.message}'`);
    }
  }

  private follow(record: ExecutionRecord): void {
    void record.execution.done().then(() => this.onEnd(record));
  }

  private findChild(arn: string): ExecutionRecord | undefined {
    for (const parent of this.byArn.values()) {
      for (const run of parent.execution.mapRuns) {
        const child = this.childrenOf({ run, parent }).find(({ execution }) => execution.arn === arn);
        if (child) return child;
      }
    }
    return undefined;
  }
}

function checkName(name: string): void {
  if (name.length === 0 || name.length > MAX_NAME_LENGTH || FORBIDDEN_IN_NAME.test(name)) {
    throw new ApiError('InvalidName', `Invalid Name: '${name}'`);
  }
}

function parseInput(inputText: string): unknown {
  if (Buffer.byteLength(inputText) > MAX_PAYLOAD_BYTES) {
    throw new ApiError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: the input is larger than ${MAX_PAYLOAD_BYTES} bytes.`,
    );
  }
  try {
    return parseJson(inputText);
  } catch (error) {
    throw new ApiError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${String(error)}'`);
  }
}
