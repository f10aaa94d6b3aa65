/**
 * Everything that can strike a call, derived from the definitions and the vocabulary of faults: a new Task, or a new
 * error in a retrier, is in by itself.
 */
import { inlinedDefinition } from '../world/definitions';
import type { Strike } from './plan';

interface Handler {
  ErrorEquals: string[];
  MaxAttempts?: number;
}

interface State {
  Type: string;
  Resource?: string;
  Retry?: Handler[];
  Catch?: Handler[];
  Branches?: { States: Record<string, State> }[];
  ItemReader?: object;
  ItemProcessor?: { States: Record<string, State> };
}

export type Tasks = ReadonlyMap<string, State>;

const flatten = (states: Record<string, State>): [string, State][] =>
  Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.Branches ?? []).flatMap((branch) => flatten(branch.States)),
    ...flatten(state.ItemProcessor?.States ?? {}),
  ]);

/** The Tasks of a workflow and of those that it starts; and the Maps that read a file, which is a call too. */
export const tasksOf = (workflows: readonly string[]): Tasks =>
  new Map(
    workflows
      .flatMap((name) => flatten(JSON.parse(inlinedDefinition(name)).States))
      .filter(([, { Type, ItemReader }]) => Type === 'Task' || ItemReader),
  );

/** Errors that no retrier need name, because trying again does not help, by what is called. */
const PERMANENT: Readonly<Record<string, readonly string[]>> = {
  lambda: ['Error', 'Lambda.ResourceNotFoundException'],
  http: [
    ...[401, 402, 403, 500].map((status) => `States.Http.StatusCode.${status}`),
    'Events.ConnectionResource.AccessDenied',
  ],
};

/** Seconds after which a request may still arrive: of a service that is asked directly less than LateCallSeconds. */
const LATEST: Readonly<Record<string, number>> = { lambda: 600, http: 120 };

const ALWAYS = { from: 1, to: Number.POSITIVE_INFINITY };

const serviceOf = ({ Resource = '' }: State) =>
  Resource.split(':::')[1]
    ?.replace(/^aws-sdk:/, '')
    .split(':')[0] ?? '';

/** Those that a state of that name, called so often, can meet; or a call of a service. */
export const strikesAt = (place: string, calls: number, tasks: Tasks): Strike[] => {
  const task = tasks.get(place);
  return task ? stateStrikes(place, task, calls) : place.includes(':') ? callStrikes(place, calls) : [];
};

type Range = Pick<Strike, 'from' | 'to'>;

const at = (place: string, ranges: readonly Range[], faults: readonly string[]): Strike[] =>
  ranges.flatMap((range) => faults.map((fault) => ({ place, ...range, fault })));

/** The first calls one by one, up to so many. */
const eachOf = (calls: number, most: number): Range[] =>
  Array.from({ length: Math.min(calls, most) }, (_, index) => ({ from: index + 1, to: index + 1 }));

function stateStrikes(place: string, task: State, calls: number): Strike[] {
  const service = serviceOf(task);
  // What a catcher names is what the data says (declined, exists already), which scenarios bring about.
  const said = new Set((task.Catch ?? []).flatMap(({ ErrorEquals }) => ErrorEquals));
  const retriers = (task.Retry ?? []).map(({ ErrorEquals, MaxAttempts = 3 }) => ({
    tries: MaxAttempts,
    errors: ErrorEquals.filter(
      (name) => !said.has(name) && !/^States\.(ALL|TaskFailed|Timeout|QueryEval)/.test(name),
    ),
    isForAll: ErrorEquals.includes('States.ALL'),
  }));
  const permanent = ['denied', 'States.DataLimitExceeded', ...(PERMANENT[service] ?? [])].filter(
    (name) => !said.has(name) || name.startsWith('States.Data'),
  );
  const both = (names: readonly string[]) =>
    names.flatMap((name) => [`fails:${name}`, `worksButFails:${name}`]);
  const each = eachOf(calls, 2);
  return [
    ...retriers.flatMap(({ tries, errors, isForAll }) => {
      const samples = isForAll ? ['unavailable'] : errors.slice(0, 1);
      const stubborn = tries > 0 ? [...(tries > 1 ? [{ from: 1, to: tries }] : []), ALWAYS] : [];
      return [...at(place, each, both(errors)), ...at(place, stubborn, both(samples))];
    }),
    ...at(place, [...each, ALWAYS], both(['unavailable'])),
    ...at(place, each, [
      ...permanent.map((name) => `fails:${name}`),
      'worksButFails:States.DataLimitExceeded',
    ]),
    ...(service === 'dynamodb' ? at(place, [...each, ALWAYS], ['fails:conflict']) : []),
    ...(service === 'lambda'
      ? at(place, [...each, ALWAYS], ['worksButFails:Error', 'killedBefore', 'killedAfterwards'])
      : []),
    ...at(
      place,
      [...each, ALWAYS],
      ['replyLost', 'late:5', 'late:60', `late:${LATEST[service] ?? 30}`, 'repliesLate:600'],
    ),
    ...at(place, each, ['twice:0', 'twice:90', 'stop:before', 'stop:while', 'stop:after']),
  ];
}

/** How services fail. A conflict is a writer's. */
function callStrikes(place: string, calls: number): Strike[] {
  const writes = /^dynamodb:(?!get|scan)|^stripe:(?!GET)/.test(place);
  const failures = ['throttled', 'unavailable', 'denied', ...(writes ? ['conflict'] : [])];
  const failing = [...failures.map((failure) => `fails:${failure}`), 'replyLost'];
  // A function keeps the key in memory. Here all functions share it, so that each would wait for the others' slow call,
  // and for one that died for ever.
  if (place.startsWith('secretsmanager:')) return at(place, [...eachOf(calls, 4), ALWAYS], failing);
  const lasting = [...failing, 'killedBefore', 'killedAfterwards'];
  return [
    ...at(place, [...eachOf(calls, 4), ALWAYS], lasting),
    ...at(place, eachOf(calls, 4), [
      'arrivesLate:5',
      'arrivesLate:60',
      'repliesLate:20',
      'twice:1',
      'stop:while',
    ]),
  ];
}
