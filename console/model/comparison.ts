// Executions side by side.

import type { Standing } from '../../bin/history/standing';
import type { Drawing } from './definition';

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
