import type { JsonObject } from '../../../lib/workflow/json';
import { definitionChange, isCommentsOnly } from '../../../tools/review/states';
import { definition, task } from '../../support/small-app';

const states: Readonly<Record<string, JsonObject>> = JSON.parse(JSON.stringify(definition.States));

/** The definition with some states changed; undefined takes one away. */
const withStates = (
  changes: Readonly<Record<string, JsonObject | undefined>>,
  rest: JsonObject = {},
): JsonObject => ({
  ...definition,
  States: JSON.parse(JSON.stringify({ ...states, ...changes })),
  ...rest,
});

const change = (after: JsonObject, before = definition) => definitionChange(before, after);

test('comments, and the order of fields, are no difference', () => {
  const { Comment: _, ...bare } = states.Charge ?? {};
  const turned = Object.fromEntries(Object.entries(bare).reverse());
  const after = withStates({ Charge: { Comment: 'Other words.', ...turned } }, { Comment: 'New' });
  expect(isCommentsOnly(change(after))).toBe(true);
});

test('a changed state is told by its leaves; retriers and catchers by their errors', () => {
  const after = withStates({
    Charge: {
      ...states.Charge,
      TimeoutSeconds: 40,
      Retry: [
        { ErrorEquals: ['Other'], MaxAttempts: 1 },
        { ErrorEquals: ['TemporaryFailure'], MaxAttempts: 5 },
      ],
    },
  });
  expect(change(after).states).toEqual([
    {
      state: 'Charge',
      kind: 'changed',
      uncaught: undefined,
      differences: [
        { path: 'TimeoutSeconds', before: 30, after: 40 },
        { path: 'Retry.TemporaryFailure.MaxAttempts', before: 3, after: 5 },
        { path: 'Retry.Other', before: undefined, after: { MaxAttempts: 1 } },
      ],
    },
  ]);
});

test('errors of a set go by its name', () => {
  const ErrorEquals = ['RateLimited', 'Lambda.TooManyRequestsException', 'Other'];
  const after = withStates({ Charge: { ...states.Charge, Retry: [{ ErrorEquals }] } });
  expect(change(after).states[0]?.differences.map(({ path }) => path)).toEqual([
    'Retry.TemporaryFailure',
    'Retry.LambdaThrottled, Other',
  ]);
});

test('of errors that are caught by their names no more, it says what becomes', () => {
  const catching = (...Catch: JsonObject[]) =>
    change(withStates({ Charge: { ...states.Charge, Catch } })).states[0];
  const all = { ErrorEquals: ['States.ALL'], Next: 'Release' };
  const declined = { ErrorEquals: ['Declined'], Next: 'Refused' };
  expect(catching(all)?.uncaught).toBe('Declined: caught by States.ALL now, which leads to Release.');
  expect(catching(declined)?.uncaught).toBe(
    'States.ALL: caught no more; what is around the state fails with it.',
  );
});

test('the order of catchers and rules counts', () => {
  const { Catch } = states.Charge ?? {};
  const after = withStates({
    Charge: { ...states.Charge, Catch: Array.isArray(Catch) ? [...Catch].reverse() : [] },
  });
  expect(change(after).states[0]?.differences).toEqual([
    { path: 'Catch (order)', before: 'Declined | States.ALL', after: 'States.ALL | Declined' },
  ]);
});

test('a renamed state is known by what it does, and the ways to it are no difference', () => {
  const after = withStates({
    Ship: undefined,
    Deliver: { ...states.Ship, TimeoutSeconds: 10 },
    Charge: { ...states.Charge, Next: 'Deliver' },
  });
  expect(change(after).states).toEqual([
    {
      state: 'Deliver',
      kind: 'renamed',
      before: 'Ship',
      uncaught: undefined,
      differences: [{ path: 'TimeoutSeconds', before: undefined, after: 10 }],
    },
  ]);
});

test('a state that does something else is new, and the other one gone', () => {
  const after = withStates({
    Ship: undefined,
    Pause: { Type: 'Wait', Seconds: 1, End: true },
    Charge: { ...states.Charge, Next: 'Pause' },
  });
  expect(change(after).states).toEqual([
    expect.objectContaining({
      state: 'Charge',
      kind: 'changed',
      differences: [{ path: 'Next', before: 'Ship', after: 'Pause' }],
    }),
    { state: 'Pause', kind: 'added', differences: [], does: 'Wait' },
    { state: 'Ship', kind: 'removed', differences: [], does: 'Task sns:publish' },
  ]);
});

test('states in branches and in a Map count; rules go by where they lead', () => {
  const choice = (condition: string): JsonObject => ({
    Type: 'Choice',
    Choices: [{ Condition: condition, Next: 'Refused' }],
    Default: 'Ship',
  });
  const parallel = (inner: JsonObject, condition: string) =>
    withStates({
      Charge: choice(condition),
      Release: { Type: 'Parallel', Branches: [{ StartAt: 'Inner', States: { Inner: inner } }], End: true },
    });
  const before = parallel(task('ChargeArn', { End: true }), '{% $a %}');
  const after = parallel(task('ReleaseArn', { End: true }), '{% $b %}');
  expect(
    change(after, before).states.map(({ state, differences }) => [
      state,
      differences.map(({ path }) => path),
    ]),
  ).toEqual([
    ['Charge', ['Choices.→ Refused.Condition']],
    ['Inner', ['Arguments.FunctionName']],
  ]);
});

test('fields of the definition itself count', () => {
  expect(change({ ...definition, TimeoutSeconds: 60, StartAt: 'Ship' }).fields).toEqual([
    { path: 'StartAt', before: 'Charge', after: 'Ship' },
    { path: 'TimeoutSeconds', before: undefined, after: 60 },
  ]);
});
