// The list of executions, and of which cloud it is.

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

/** How an execution has ended, or that it runs. */
export type Outcome = Pick<ListedExecution, 'outcome' | 'why' | 'failed' | 'undone'>;
