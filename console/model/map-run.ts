// A Map Run: its batches, and the orders that they started.

import type { Outcome } from './list';

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
