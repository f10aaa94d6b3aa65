// An execution: its states, what happened in order, log lines and records.

import type { NextStep } from '../../bin/history/next';
import type { Standing } from '../../bin/history/standing';
import type { Drawing } from './definition';
import type { MapRun } from './map-run';

/** How a state of the graph stands, over all visits to it. */
export interface StateStatus {
  standing: Standing;
  /** Calls in the latest visit. */
  tries: number;
  visits: number;
}

export interface ShownTry {
  startedAt: number;
  endedAt?: number;
  /** `TemporaryFailure: Stripe answered 500`. */
  error?: string;
}

/** A row of the waterfall: a visit, or rounds of a loop that are left out. */
export type Row = { depth: number; rounds: number } | ShownVisit;

export interface ShownVisit {
  depth: number;
  /** Distinguishes the visits of an execution and its children. */
  key: string;
  state: string;
  type: string;
  standing: Standing;
  enteredAt: number;
  exitedAt?: number;
  tries: ShownTry[];
  /** How often it will still be tried, in a sentence. */
  triesLeft?: string;
  note?: string;
  failure?: string;
  resource?: string;
  /** Name of the nested execution that it started, and its ARN. */
  child?: string;
  childArn?: string;
  /** Whether it belongs to a nested execution, whose states the graph does not have. */
  nested: boolean;
  /** JSON texts, cut when they are long. */
  input?: string;
  result?: string;
  variables?: string;
}

export interface ShownExecution {
  name: string;
  arn: string;
  /** Whether its records can be asked for. */
  hasRecords: boolean;
  startedAt: number;
  endedAt?: number;
  version?: number;
  redrivenAt: number[];
  /** Billed ones, of its own. */
  transitions: number;
  /** Billed ones of the nested executions that it started and waited for. */
  nestedTransitions: number;
  outcome: string;
  failed: boolean;
  why: string[];
  undone: string[];
  lines: string[];
  /** Where it waits; empty once it has ended. */
  at: string[];
  next: NextStep[];
  input: string;
  output?: string;
  drawing: Drawing;
  states: Record<string, StateStatus>;
  /** Indices of the drawing's arrows that were taken. */
  taken: number[];
  rows: Row[];
  mapRuns: MapRun[];
}

/** What functions logged for an execution, the oldest line first. */
export interface ShownLogs {
  lines: ShownLine[];
  /** How many older lines are left out. */
  leftOut: number;
  /** The functions that were looked at; none when no function runs in the state. */
  functions: string[];
  /** Why there may be other lines than these: sentences. */
  problems: string[];
  /** Whether lines may still come. */
  more: boolean;
}

export interface ShownLine {
  at: number;
  function: string;
  /** `INFO`, `ERROR`, …; empty for a line that is not the functions' own. */
  level: string;
  text: string;
  details: [name: string, text: string][];
  /** The frames of an error. */
  stack: string[];
  /** The state in which it was logged, and the key of the visit; absent when no state called the function. */
  state?: string;
  visit?: string;
}

/** What the local cloud holds of an execution in one place: a table's item, a payment, a file. */
export interface ShownRecord {
  title: string;
  /** What it says, in words. */
  says: string;
  /** The whole of it, without what nobody may see. */
  item?: Record<string, unknown> | undefined;
}
