// How a stage is.

import type { NextStep } from '../../bin/history/next';
import type { ListedExecution } from './list';

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
