/** The errors of the states of onboarding: those that the definition retries, and permanent ones. */
import { type FaultPlan, fails, times, worksButFails } from '../../tools/doubles/faults';
import { definitionOf } from '../../tools/world/definitions';
import { SIGNUP_ERRORS } from '../../tools/world/onboarding-world';
import type { Signups } from '../../tools/world/signups';
import type { Run } from '../../tools/world/world';

interface Retrier {
  ErrorEquals: string[];
  MaxAttempts: number;
}

interface State {
  Retry?: Retrier[];
  Branches?: { States: Record<string, State> }[];
  ItemProcessor?: { States: Record<string, State> };
}

const flatten = (states: Record<string, State>): [string, State][] =>
  Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.Branches ?? []).flatMap((branch) => flatten(branch.States)),
    ...flatten(state.ItemProcessor?.States ?? {}),
  ]);

const states = new Map(flatten(JSON.parse(definitionOf('saas-onboarding')).States));

/** Permanent errors, none of which is retried. */
const PERMANENT = {
  dynamodb: ['DynamoDb.AccessDeniedException', 'DynamoDb.ValidationException'],
  lambda: ['Error', 'Lambda.ResourceNotFoundException', 'Lambda.KMSAccessDeniedException'],
  http: [
    ...[401, 402, 403, 404, 500].map((status) => `States.Http.StatusCode.${status}`),
    'Events.ConnectionResource.AccessDenied',
    'Events.ConnectionResource.InvalidConnectionState',
  ],
};

export const BRANCHES = {
  database: { CreateDatabaseAccount: PERMANENT.dynamodb, CheckDatabaseStatus: PERMANENT.dynamodb },
  apiKey: { CreateAPIKey: PERMANENT.lambda },
  stripe: { CreateStripeCustomer: PERMANENT.http },
};

export interface ErrorCase {
  state: string;
  error: string;
  /** How often the state retries this error. */
  retries: number;
}

const retriersOf = (state: string): Retrier[] =>
  (states.get(state)?.Retry ?? []).filter(({ MaxAttempts }) => MaxAttempts > 0);

/** All errors that the state retries by name. */
export const retriedBy = (state: string): ErrorCase[] =>
  retriersOf(state).flatMap(({ ErrorEquals, MaxAttempts }) =>
    ErrorEquals.map((error) => ({ state, error, retries: MaxAttempts })),
  );

/** How often the state retries any other error. */
export const retriesOf = (state: string): number =>
  retriersOf(state).find(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'))?.MaxAttempts ?? 0;

/** One error of each retrier. */
const samplesOf = (state: string): ErrorCase[] =>
  retriersOf(state).map(({ ErrorEquals, MaxAttempts }) => ({
    state,
    error: ErrorEquals[0] ?? '',
    retries: MaxAttempts,
  }));

const permanent = (state: string, errors: string[]): ErrorCase[] =>
  errors.map((error) => ({ state, error, retries: 0 }));

type Branch = Record<string, string[]>;

export const everyError = (branch: Branch): ErrorCase[] =>
  Object.entries(branch).flatMap(([state, errors]) => [...retriedBy(state), ...permanent(state, errors)]);

/** One error of each retrier, and a permanent one. */
export const kindsOfErrors = (branch: Branch): ErrorCase[] =>
  Object.entries(branch).flatMap(([state, errors]) => [
    ...samplesOf(state),
    ...permanent(state, errors.slice(0, 1)),
  ]);

/** A state whose first tries fail with an error. */
export interface StateFault {
  state: string;
  error: string;
  /** The request is carried out, and only its reply is lost. @default false */
  afterWork?: boolean;
  /** How many tries fail. @default 1 */
  times?: number;
}

/** The faults as a plan for `start`. */
export const planOf = (faults: readonly StateFault[]): FaultPlan =>
  Object.fromEntries(
    faults.map(({ state, error, afterWork, times: count = 1 }) => [
      state,
      times(count, afterWork ? worksButFails(error) : fails(error)),
    ]),
  );

/** A fault, and whether the state succeeds despite it. */
export type Strike = StateFault & { survives: boolean };

const strike = ({ state, error, retries }: ErrorCase, tries: number[]): Strike[] =>
  [...new Set(tries)].flatMap((times) =>
    [false, true].map((afterWork) => ({ state, error, times, afterWork, survives: times <= retries })),
  );

/** Faults at the first try, at all but the last, and at all tries; each before and after the work is done. */
export const strikes = (error: ErrorCase): Strike[] =>
  strike(error, [1, Math.max(error.retries, 1), error.retries + 1]);

/** A fault at the first try, after its work; and faults at all tries, before and after. */
export const fewerStrikes = (error: ErrorCase): Strike[] =>
  strike(error, [1, error.retries + 1]).filter(({ survives, afterWork }) => afterWork || !survives);

export const label = ({ state, error, times = 1, afterWork }: StateFault): string =>
  `${state} ${error} × ${times}${afterWork ? ' after its work' : ''}`;

/** How and where an execution ended, and what was published about it. */
export const ending = (world: Signups, { status, states: entered, outcome, cause }: Run) => ({
  status,
  at: entered.at(-1),
  outcome,
  failed: cause?.startsWith('{') ? JSON.parse(cause).state : undefined,
  told: world.topics.messages(SIGNUP_ERRORS).length,
});
