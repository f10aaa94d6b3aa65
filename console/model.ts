// What the server answers to the page: JSON. Times are milliseconds since 1970.

import type { NextStep } from '../bin/history/next';
import type { Standing } from '../bin/history/standing';

/** Of which cloud the page shows executions, and how often it may ask. */
export interface Place {
  stage: string;
  /** `stage prod on AWS`. */
  name: string;
  /** A real account and its Region; absent for the local cloud. */
  account?: { id: string; region: string };
  workflows: readonly string[];
  pollMilliseconds: number;
  /** Present when no cloud is asked: all there is are the definitions of this checkout. */
  filesOnly?: true;
}

export interface ListedExecution {
  name: string;
  arn: string;
  workflow: string;
  status: string;
  startedAt: number;
  endedAt?: number;
  /** Business outcome, or the status while that is not read. */
  outcome: string;
  /** Why it ended so; one line, may be empty. */
  why: string;
  /** Whether a person must look: it failed. */
  failed: boolean;
  /** Of one that failed: whether nothing is left of it. */
  undone?: boolean;
}

export interface ExecutionList {
  executions: ListedExecution[];
  /** Whether older executions exist than those that are listed. */
  hasOlder: boolean;
}

/** A point of a drawing, in pixels from its top left. */
export interface Point {
  x: number;
  y: number;
}

/** A state; `x`, `y` are its top left. */
export interface DrawnNode extends Point {
  state: string;
  type: string;
  /** Second line: what it calls. */
  work: string;
  width: number;
  height: number;
  /** Whether it encloses other states. */
  container: boolean;
  /** Whether the execution, branch or iteration ends with it. */
  ends: boolean;
  comment?: string;
}

export interface DrawnEdge {
  from: string;
  to: string;
  points: Point[];
  /** Whether a Catch leads along it. */
  onError: boolean;
  /** Conditions or errors that lead along it. */
  label: string;
}

export interface Drawing {
  width: number;
  height: number;
  /** Containers before what they enclose. */
  nodes: DrawnNode[];
  edges: DrawnEdge[];
}

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

/** Of a Map Run: counts of its batches, or of the orders in them, by how they stand. */
export interface RunCounts {
  pending: number;
  running: number;
  succeeded: number;
  /** Failed, timed out or aborted. */
  failed: number;
}

/** A run of a distributed Map. */
export interface MapRun {
  arn: string;
  /** Of the execution that it belongs to. */
  executionArn: string;
  /** Name of the state, as its label has it. */
  state: string;
  status: string;
  startedAt: number;
  endedAt?: number;
  batches: RunCounts;
  orders: RunCounts;
}

/** How an execution has ended, or that it runs. */
export type Outcome = Pick<ListedExecution, 'outcome' | 'why' | 'failed' | 'undone'>;

export interface OrderRow {
  /** Line of the imported file, counted from 1, as editors do. */
  line: number;
  /**
   * What the import made of it: STARTED, STARTED_AGAIN, ALREADY_STARTED, HALF_WAY or INVALID; BATCH_FAILED,
   * BATCH_PENDING or BATCH_RUNNING when its batch does not say; FAILED when it was started and has failed since.
   */
  kind: string;
  /** Why it was not started; empty when it was. */
  why: string;
  /** Absent when the line is no order. */
  orderId?: string;
  /** Name of the order's execution. */
  execution?: string;
  /** How that stands; absent when there is none. */
  stands?: Outcome;
}

/** A child execution of a Map Run. */
export interface BatchRow {
  arn: string;
  name: string;
  /** Its status. */
  kind: string;
  startedAt: number;
  endedAt?: number;
  /** How many orders it has. */
  orders?: number;
  /** Why it failed; may be empty. */
  why: string;
}

/** What the reader wants to see of a Map Run. */
export interface RunQuery {
  /** ARN of the Map Run. */
  id: string;
  /** @default orders of a run that has ended, else batches */
  of?: 'orders' | 'batches';
  text: string;
  /** All kinds when it is empty. */
  kind: string;
  /** From 0. */
  page: number;
}

/** One page of what a Map Run has. */
export interface RunPage {
  run: MapRun;
  of: 'orders' | 'batches';
  orders: OrderRow[];
  batches: BatchRow[];
  /** How many there are of each kind, before the search. */
  kinds: Record<string, number>;
  /** How many there are after the search. */
  found: number;
  page: number;
  pages: number;
  /** Why something is missing, in a sentence. */
  problem?: string;
}

/** A batch that was opened. */
export interface ShownBatch {
  why: string;
  orders: OrderRow[];
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

/** What was found of something; `problems` says in sentences what could not be read. */
export interface Found<T> {
  found: T[];
  problems: string[];
}

/** An execution that a person must see to: neither completed nor undone. */
export interface StoppedExecution {
  name: string;
  workflow: string;
  /** The state at which it stopped, or several in parallel branches. */
  at: string[];
  why: string[];
  stoppedAt: number;
  /** Of an order: `33.99 USD`. */
  amount?: string;
  /** Absent when it cannot be redriven. */
  redriveUntil?: number;
  next: NextStep[];
}

/** A payment that waits for a person. */
export interface WaitingReview {
  /** Name of the order's execution. */
  execution: string;
  amount: string;
  customer: string;
  requestedAt: number;
  /** After this time no answer counts. */
  expiresAt: number;
  /** What has been answered so far; may be empty. */
  note: string;
  /** Command lines: one for each answer that is possible. */
  answers: string[];
}

export interface CountedOutcome extends Pick<ListedExecution, 'outcome' | 'failed' | 'undone'> {
  count: number;
}

/** What became of the executions of a workflow that were started in a period. */
export interface WorkflowOutcomes {
  workflow: string;
  started: number;
  /** The most frequent first. */
  outcomes: CountedOutcome[];
  /** How many SUCCEEDED whose outcome has not been read. */
  unread: number;
  /** By the hour of the start, the present one last. */
  hours: { started: number; failed: number }[];
}

/** Which versions of a workflow are started. */
export interface WorkflowVersions {
  workflow: string;
  /** `version 7 (90 %), version 8 (10 %)`. */
  live: string;
  /** Since when. */
  since?: number;
  /** `3 on version 7, 1 on version 6`; empty when nothing runs. */
  running: string;
}

/** A reconciliation with differences. */
export interface UnmatchedReport {
  name: string;
  endedAt: number;
  /** Shows them. */
  run: string;
}

/** How a stage is. */
export interface Health {
  /**
   * `stopped`: executions stopped half-way. `asked`: reviews wait, or something does not match Stripe. `unsure`: none of
   * these, but not all could be read.
   */
  state: 'stopped' | 'asked' | 'unsure' | 'well';
  /** What needs a person now. */
  sentence: string;
  stopped: Found<StoppedExecution> & {
    /** Commands for several at once. */
    together: NextStep[];
  };
  reviews: Found<WaitingReview>;
  /** The last one, if it has differences. */
  unmatched: Found<UnmatchedReport>;
  /** Of those that were started since then. */
  outcomes: Found<WorkflowOutcomes> & { since: number };
  versions: Found<WorkflowVersions>;
}

/** What the definition says of a state. */
export interface StateRules {
  comment?: string;
  resource?: string;
  /** Sentences: how long it may take, what it waits for, how many at once. */
  facts: string[];
  retriers: Rule[];
  catchers: Rule[];
  /** The rules of a Choice, in order; the last says `otherwise`. */
  choices: Rule[];
  /** Its fields with expressions, as the definition has them. */
  code: { title: string; text: string }[];
}

/** A retrier, a catcher, or a rule of a Choice. */
export interface Rule {
  /** `TemporaryFailure: up to 5 more tries, …`, `on PaymentDeclined`, `when $payment.success`. */
  say: string;
  /** Where it leads. */
  next?: string;
  comment?: string;
  /** What it assigns and gives on, as the definition has it. */
  code?: string;
}

export interface ShownDefinition {
  /** As it was asked for: `order`, `order-processing`, or an execution. */
  of: string;
  title: string;
  /** Where it is from, in a sentence. */
  source: string;
  /** Whether it is a file of this checkout, which may change at any moment. */
  isFile: boolean;
  /** All that can be asked for. */
  names: readonly string[];
  facts: string[];
  drawing: Drawing;
  /** By state. */
  rules: Record<string, StateRules>;
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

/** Executions side by side. Lists of values have one for each of `executions`. */
export interface Comparison {
  executions: ComparedExecution[];
  /** Where they parted and why, in sentences; the first says the most. */
  say: string[];
  partings: Parting[];
  rows: ComparedRow[];
  /** Fields that are not the same in all of them. */
  input: Difference[];
  output: Difference[];
  /** Absent when they are of different workflows. */
  graph?: ComparedGraph;
}

export interface ComparedExecution {
  name: string;
  arn: string;
  outcome: string;
  failed: boolean;
  startedAt: number;
  endedAt?: number;
  version?: number;
}

/** A state after which they went different ways, or from which they went on for different reasons. */
interface Parting {
  state: string;
  /** What each of them did there. */
  did: string[];
  /** What the state read or was given, where that differs. */
  values: Difference[];
}

/** A state that at least one of them visited. */
export interface ComparedRow {
  depth: number;
  state: string;
  /** Null of one that did not come by. */
  cells: (ComparedCell | null)[];
  /** Whether they went different ways from here. */
  isParting: boolean;
}

export interface ComparedCell {
  standing: Standing;
  tries: number;
  /** More than one in a loop. */
  visits: number;
  milliseconds?: number;
  /** What it did, or the error. */
  said?: string;
}

/** A field with its value in each of them, as text; null where there is none. */
export interface Difference {
  path: string;
  values: (string | null)[];
}

interface ComparedGraph {
  /** Whose definition it is. */
  of: string;
  drawing: Drawing;
  /** Indices of the arrows that each of them took. */
  ways: number[][];
}
