// How many items of a Map may fail: in an inline Map, and the values of the fields in both kinds of Map.

import { branch, machine, task } from '../machine';
import { type Case, runCases } from '../run-case';

const pass = { Type: 'Pass', End: true };
const map = (fields: object, states: Record<string, Record<string, unknown>> = { I: pass }) =>
  machine({ M: { Type: 'Map', ItemProcessor: branch(states), End: true, ...fields } });
const distributed = (fields: object) =>
  map({
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      ...branch({ I: pass }),
    },
    Label: 'M',
    ...fields,
  });

const boom = { error: 'Boom', cause: 'c' };
const one = { MaxConcurrency: 1 };
const threshold = 'States.ExceedToleratedFailureThreshold';
const failing = (rule: string, fields: object, expected: Case['expected']): Case => ({
  rule,
  definition: map({ ...one, ...fields }, { T: task() }),
  input: [1, 2, 3, 4],
  tasks: { T: [{ result: 1 }, boom, { result: 3 }, boom] },
  expected,
});

describe('an inline Map', () =>
  runCases([
    {
      rule: 'takes ToleratedFailurePercentage',
      definition: map({ ToleratedFailurePercentage: 100 }),
      input: [1, 2],
      expected: { output: [1, 2] },
    },
    {
      rule: 'takes ToleratedFailureCount and Label',
      definition: map({ ToleratedFailureCount: 1, Label: 'L' }),
      input: [1],
      expected: { output: [1] },
    },
    {
      rule: 'evaluates both',
      definition: map({
        ToleratedFailurePercentage: '{% $states.input[0] %}',
        ToleratedFailureCount: '{% $states.input[1] %}',
      }),
      input: [50.5, 3],
      expected: { output: [50.5, 3] },
    },
    failing(
      'goes on after as many failures as it tolerates, without their results',
      { ToleratedFailureCount: 2 },
      {
        status: 'SUCCEEDED',
        output: [1, 3],
      },
    ),
    failing('likewise for a percentage', { ToleratedFailurePercentage: 50 }, { output: [1, 3] }),
    failing(
      'fails once there are more',
      { ToleratedFailureCount: 1 },
      { status: 'FAILED', error: threshold },
    ),
    failing('fails by the percentage', { ToleratedFailurePercentage: 49.9 }, { error: threshold }),
    failing(
      'fails when either is exceeded',
      { ToleratedFailureCount: 9, ToleratedFailurePercentage: 25 },
      {
        error: threshold,
      },
    ),
    failing('fails with the first error when it tolerates nothing', {}, { error: 'Boom' }),
    failing('a tolerance of none says so in its error', { ToleratedFailureCount: 0 }, { error: threshold }),
    {
      rule: 'what it tolerates is in the history, beside the iterations that went well',
      definition: map({ ...one, ToleratedFailureCount: 1 }, { T: task() }),
      input: [1, 2],
      tasks: { T: [boom, { result: 2 }] },
      expected: {
        types: [
          'ExecutionStarted',
          'MapStateEntered',
          'MapStateStarted',
          ...['MapIterationStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskFailed'],
          ...['MapIterationFailed', 'TaskStateAborted'],
          ...['MapIterationStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded'],
          ...['TaskStateExited', 'MapIterationSucceeded', 'MapStateSucceeded', 'MapStateExited'],
          'ExecutionSucceeded',
        ],
      },
    },
    {
      rule: 'what was tolerated is not aborted later on',
      definition: map({ ...one, ToleratedFailureCount: 1 }, { T: task() }),
      input: [1, 2],
      tasks: { T: [boom, boom] },
      expected: {
        details: { MapIterationFailed: [{ index: 0 }, { index: 1 }], MapIterationAborted: [] },
      },
    },
    {
      rule: 'States.Runtime is never tolerated',
      definition: map(
        { ToleratedFailurePercentage: 100 },
        { C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'I' }] }, I: pass },
      ),
      input: [1],
      expected: { status: 'FAILED', error: 'States.Runtime' },
    },
    {
      rule: 'the threshold can be caught',
      definition: machine({
        M: {
          Type: 'Map',
          ItemProcessor: branch({ T: task() }),
          ToleratedFailureCount: 0,
          Catch: [{ ErrorEquals: [threshold], Next: 'H' }],
          End: true,
        },
        H: { ...pass, Output: 'caught' },
      }),
      input: [1],
      tasks: { T: [boom] },
      expected: { output: 'caught' },
    },
  ]));

describe.each([
  ['inline', map],
  ['distributed', distributed],
])('values that make no sense fail an %s Map', (_, mapOf) =>
  runCases(
    [
      ['ToleratedFailurePercentage', 101],
      ['ToleratedFailurePercentage', -1],
      ['ToleratedFailurePercentage', "'many'"],
      ['ToleratedFailureCount', -1],
      ['ToleratedFailureCount', 1.5],
      ['ToleratedFailureCount', '$none'],
    ].map(([field, value]) => ({
      rule: `${field} ${value}`,
      definition: mapOf({ [`${field}`]: `{% ${value} %}` }),
      input: [1],
      expected: { error: 'States.QueryEvaluationError', cause: `'${field}'` },
    })),
  ),
);
