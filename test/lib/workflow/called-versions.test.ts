/** Which Tasks must call a version of a function, and which its alias. */
import type { Bindings } from '../../../lib/workflow/bindings';
import { calledVersionProblems } from '../../../lib/workflow/called-versions';
import type { JsonObject } from '../../../lib/workflow/json';

const bindings: Bindings = {
  VersionArn: { value: 'arn:1', calls: 'version' },
  LiveArn: { value: 'arn:live', calls: 'live' },
  Topic: { value: 'arn' },
};

const catchAll = { Catch: [{ ErrorEquals: ['Declined'] }, { ErrorEquals: ['States.ALL'] }] };
const catchSome = { Catch: [{ ErrorEquals: ['States.Timeout'] }] };

const calling = (binding: string, more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Arguments: { FunctionName: `\${${binding}}` },
  ...more,
});

const problemsOf = (state: JsonObject, isRedriven = true): string[] =>
  calledVersionProblems({ States: { Work: state } }, bindings, { isRedriven });

const mustBeLive = [
  expect.stringMatching(/^Work has no catcher of States\.ALL.*Bind VersionArn to invokeLive\(…\), or catch/),
];
const mustBeVersion = [expect.stringMatching(/^Work calls the alias live.*Bind LiveArn to invoke\(…\)\.$/)];

test('a Task that compensates when it fails calls a version', () => {
  expect(problemsOf(calling('VersionArn', catchAll))).toEqual([]);
  expect(problemsOf(calling('LiveArn', catchAll))).toEqual(mustBeVersion);
});

test('a Task from which a redrive goes on calls the alias live', () => {
  expect(problemsOf(calling('LiveArn'))).toEqual([]);
  expect(problemsOf(calling('LiveArn', catchSome))).toEqual([]);
  expect(problemsOf(calling('VersionArn'))).toEqual(mustBeLive);
  expect(problemsOf(calling('VersionArn', catchSome))).toEqual(mustBeLive);
});

test.each([
  ['a Parallel', (inner: JsonObject) => ({ Type: 'Parallel', Branches: [inner] })],
  ['a Map', (inner: JsonObject) => ({ Type: 'Map', ItemProcessor: inner })],
])('%s catches for what is in it', (_, around) => {
  const inside = (binding: string, more: JsonObject = {}) =>
    calledVersionProblems(
      { States: { Around: { ...around({ States: { Work: calling(binding) } }), ...more } } },
      bindings,
      { isRedriven: true },
    );
  expect(inside('VersionArn', catchAll)).toEqual([]);
  expect(inside('LiveArn', catchAll)).toEqual(mustBeVersion);
  expect(inside('LiveArn')).toEqual([]);
  expect(inside('VersionArn')).toEqual(mustBeLive);
});

test('a workflow that is never redriven calls versions only', () => {
  expect(problemsOf(calling('VersionArn'), false)).toEqual([]);
  expect(problemsOf(calling('LiveArn'), false)).toEqual(mustBeVersion);
});

test('what is no function of ours is left alone', () => {
  expect(problemsOf(calling('Topic'))).toEqual([]);
  expect(problemsOf({ Type: 'Task', Arguments: { FunctionName: 'arn:plain' } })).toEqual([]);
});
