// Says in sentences what a definition lets each of its states do: how long, how often, and where errors lead.

import { record } from '../bin/history/json';
import { duration } from '../bin/terminal/text';
import { conditionOf, expression, list, type RawState, shortResource, statesIn, strings } from './definition';
import type { Rule, StateRules } from './model';

/** What the definition says of each state, by its name. @param definition in ASL, as text */
export const rulesIn = (definition: string): Record<string, StateRules> =>
  Object.fromEntries(statesIn(JSON.parse(definition)).map(([name, state]) => [name, rulesOf(state)]));

/** What holds of the whole definition: its own comment first. */
export function factsOf(definition: string): string[] {
  const whole = record(JSON.parse(definition));
  const states = statesIn(whole);
  const tasks = states.filter(([, { Type }]) => Type === 'Task').length;
  const { Comment, TimeoutSeconds } = whole;
  return [
    ...(typeof Comment === 'string' ? [Comment] : []),
    `It has ${count(states.length, 'state')}; ${tasks} of them call something.`,
    ...(TimeoutSeconds === undefined ? [] : [`An execution has at most ${seconds(TimeoutSeconds)}.`]),
  ];
}

function rulesOf(state: RawState): StateRules {
  const { Comment, Resource, Retry, Catch, Choices, Default, Assign, Output } = state;
  const rules = list(Choices).map(choiceOf);
  return {
    ...(typeof Comment === 'string' && { comment: Comment }),
    ...(typeof Resource === 'string' && { resource: Resource }),
    facts: factsOfState(state),
    retriers: list(Retry).map(retrierOf),
    catchers: list(Catch).map(catcherOf),
    choices:
      typeof Default === 'string'
        ? [...rules, { say: 'otherwise', next: Default, ...codeOf({ Assign, Output }) }]
        : rules,
    code: Object.entries(state)
      .filter(([field]) => codeFields.has(field) && !(field in perRule && rules.length > 0))
      .map(([title, value]) => ({ title, text: pretty(value) })),
  };
}

/** Fields that have expressions to evaluate. */
const codeFields = new Set([
  ...['Arguments', 'Items', 'ItemReader', 'ItemSelector', 'ItemBatcher', 'ResultWriter'],
  ...['Assign', 'Output', 'Error', 'Cause'],
]);

/** What a Choice has for each of its rules, and catchers have too. */
const perRule = { Assign: true, Output: true };

/** `TemporaryFailure: up to 6 more tries, 2 s apart, doubling up to 60 s, with jitter: pauses of 3 min 2 s at most`. */
function retrierOf(retrier: Record<string, unknown>): Rule {
  const { MaxAttempts = 3, IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds } = retrier;
  const most = Number(MaxAttempts);
  const first = Number(IntervalSeconds);
  const rate = Number(BackoffRate);
  const say = (words: string): Rule => ({ say: `${errorsOf(retrier)}: ${words}`, ...commentOf(retrier) });
  if (most === 0) return say('no further try');
  const jitter = retrier.JitterStrategy === 'FULL' ? ', with jitter' : '';
  if (most === 1) return say(`one more try, after ${seconds(first)}${jitter}`);
  const growth = rate === 1 ? '' : rate === 2 ? ', doubling' : `, ${rate} times as long each time`;
  const limit = MaxDelaySeconds === undefined ? '' : ` up to ${seconds(MaxDelaySeconds)}`;
  const longest = Number(MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  let all = 0;
  for (let retry = 0; retry < most; retry++) all += Math.min(first * rate ** retry, longest);
  return say(
    `up to ${most} more tries, ${seconds(first)} apart${growth}${limit}${jitter}: ${seconds(all)} of pauses at most`,
  );
}

const catcherOf = (catcher: Record<string, unknown>): Rule => ({
  say: `on ${errorsOf(catcher)}`,
  next: String(catcher.Next),
  ...commentOf(catcher),
  ...codeOf(catcher),
});

const choiceOf = (rule: Record<string, unknown>): Rule => ({
  say: `when ${conditionOf(rule)}`,
  next: String(rule.Next),
  ...commentOf(rule),
  ...codeOf(rule),
});

const errorsOf = ({ ErrorEquals }: Record<string, unknown>): string =>
  strings(ErrorEquals)
    .map((error) => (error === 'States.ALL' ? 'any error (States.ALL)' : error))
    .join(', ');

const commentOf = ({ Comment }: Record<string, unknown>) =>
  typeof Comment === 'string' ? { comment: Comment } : {};

function codeOf({ Assign, Output }: Record<string, unknown>): Pick<Rule, 'code'> {
  const members = { ...(Assign !== undefined && { Assign }), ...(Output !== undefined && { Output }) };
  return Object.keys(members).length === 0 ? {} : { code: pretty(members) };
}

function factsOfState(state: RawState): string[] {
  const { Type, Resource, TimeoutSeconds, HeartbeatSeconds, Retry, Catch } = state;
  switch (Type) {
    case 'Task':
      return [
        ...waitsFor(String(Resource)),
        ...(TimeoutSeconds === undefined ? [] : [`Each try has at most ${seconds(TimeoutSeconds)}.`]),
        ...(HeartbeatSeconds === undefined ? [] : [`A heartbeat is due every ${seconds(HeartbeatSeconds)}.`]),
        ...(Retry === undefined ? ['Nothing is retried.'] : []),
        ...(Catch === undefined ? ['Nothing is caught: an error that outlasts the retries ends it.'] : []),
      ];
    case 'Wait': {
      const { Seconds, Timestamp } = state;
      return [
        Timestamp === undefined ? `Waits ${seconds(Seconds)}.` : `Waits until ${expression(Timestamp)}.`,
      ];
    }
    case 'Parallel':
      return [`Runs ${list(state.Branches).length} branches side by side, and goes on when all have ended.`];
    case 'Map':
      return factsOfMap(state);
    case 'Fail':
      return ['It fails here by design: a redrive would only fail here again.'];
    default:
      return [];
  }
}

function waitsFor(resource: string): string[] {
  if (resource.endsWith('.waitForTaskToken'))
    return ['It waits until somebody sends an answer with its task token.'];
  return /\.sync(:2)?$/.test(resource) ? ['It waits until what it started has ended.'] : [];
}

function factsOfMap({ ItemReader, ItemBatcher, ResultWriter, ...state }: RawState): string[] {
  const { ProcessorConfig } = record(state.ItemProcessor);
  const { Mode, ExecutionType } = record(ProcessorConfig);
  const isDistributed = Mode === 'DISTRIBUTED';
  const { MaxConcurrency: most = 0, ToleratedFailurePercentage: share, ToleratedFailureCount: some } = state;
  const unlimited = isDistributed ? 'up to 10,000 at once' : 'up to 40 at once';
  const reader = record(ItemReader);
  const { InputType } = record(reader.ReaderConfig);
  const { MaxItemsPerBatch } = record(ItemBatcher);
  const each = MaxItemsPerBatch === undefined ? 'item' : 'batch';
  return [
    `Runs once for each ${each}, ${most === 0 ? unlimited : `at most ${number(most)} at once`}.`,
    ...(isDistributed
      ? [`Each ${each} is an execution of its own (${expression(ExecutionType ?? 'STANDARD')}).`]
      : []),
    ...(ItemReader === undefined
      ? []
      : [
          `Items are read by ${workOf(reader)}${InputType === undefined ? '' : ` as ${expression(InputType)}`}.`,
        ]),
    ...(MaxItemsPerBatch === undefined ? [] : [`A batch has at most ${number(MaxItemsPerBatch)} items.`]),
    ...(share === undefined ? [] : [`It fails when more than ${number(share)} % of the items do.`]),
    ...(some === undefined ? [] : [`It fails when more than ${number(some)} items do.`]),
    ...(ResultWriter === undefined ? [] : [`Results are written by ${workOf(record(ResultWriter))}.`]),
  ];
}

const workOf = ({ Resource }: Record<string, unknown>): string => shortResource(String(Resource));

/** `45 s`, or an expression, whose result is a number of seconds. */
function seconds(value: unknown): string {
  const text = number(value);
  return /^[\d.]+$/.test(text) ? duration(Number(text) * 1000).replace('.0 s', ' s') : `(${text}) s`;
}

/** A number, or the expression that it comes from; a setting of the stage as its value. */
const number = (value: unknown): string => expression(value).replace(/\$number\('(\d+)'\)/g, '$1');

const count = (number: number, one: string, several = `${one}s`): string =>
  `${number} ${number === 1 ? one : several}`;

const pretty = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value, null, 2);
