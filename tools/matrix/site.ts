/** What the matrix knows of a workflow: how to run it in a deployment, and what to look at afterwards. */
import { executionIdentity } from '../../contracts/identity';
import { saysUndone } from '../../contracts/undone';
import type { FaultPlan } from '../doubles/faults';
import type { StripeDouble } from '../doubles/stripe';
import type { VirtualClock } from '../simulator/clock';
import type { Execution } from '../simulator/types';
import type { Deployment } from '../world/deployment';
import type { Edge, Strike } from './plan';
import type { Striker } from './striker';

/**
 * Why an execution runs: it is the one that is struck, or comes from the plan's edge, or it is the one at the very end,
 * which nothing strikes. `before`: the scenario needs it.
 */
export type Role = 'struck' | Exclude<Edge, 'next'> | 'last' | 'before';

export interface Attempt {
  role: Role;
  execution: Execution;
}

export const identityOf = ({ execution: { name, startDate } }: Attempt) => executionIdentity(name, startDate);

/** The output's outcome; FAILED means that all is undone, STUCK that a redrive has to go on. */
export function outcomeOf({ execution: { result, status } }: Attempt): string {
  if (status === 'SUCCEEDED') return String(Object(result?.output).outcome);
  if (status === 'FAILED') return saysUndone(result?.cause) ? 'FAILED' : 'STUCK';
  return status;
}

export interface Violation {
  /** The invariant's. */
  statement: string;
  detail: string;
}

/** A statement that holds of the facts, whatever struck. */
export interface Invariant<Facts> {
  statement: string;
  /** What is wrong, in a few words; undefined when it holds. */
  broken(facts: Facts): string | undefined;
}

/** One deployment, with the scenario's workflow in it. */
export interface Site {
  clock: VirtualClock;
  stripe: StripeDouble;
  attempts: Attempt[];
  /** All of them, nested ones too. */
  executions(): Execution[];
  /** Attempt 1 is the first. The last one has an input that can succeed. Throws as StartExecution does. */
  start(attempt: number, role: Role, states?: FaultPlan): Attempt;
  /** What people do in an hour; nothing, when the workflow needs nobody. */
  people?: () => Promise<void>;
  /** Once nothing runs any more. */
  violations(hits: readonly Strike[]): Promise<Violation[]>;
}

export interface Opening {
  striker: Striker;
  /** Another site's, which shares its time and its account at Stripe. */
  beside?: { site: Site; deployment: Deployment };
}

export interface Scenario {
  name: string;
  workflows: readonly string[];
  /** How its first execution ends when nothing strikes. */
  outcome: string;
  /** Strikes that are part of the scenario. */
  strikes: readonly string[];
  open(opening: Opening): Promise<Site>;
}

export const check = <Facts>(invariants: readonly Invariant<Facts>[], facts: Facts): Violation[] =>
  invariants.flatMap(({ statement, broken }) => {
    const detail = broken(facts);
    return detail === undefined ? [] : [{ statement, detail }];
  });
