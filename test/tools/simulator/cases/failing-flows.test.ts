// The history of a failure inside a Parallel or a Map, and failures that cannot be caught.

import { branch, machine, task } from '../machine';
import { type Case, runCases } from '../run-case';

const pass = { Type: 'Pass', End: true };
const wait = { Type: 'Wait', Seconds: 60, End: true };
const fail = { Type: 'Fail', Error: 'Boom', Cause: 'c' };
const unmatched = { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'S' }] };
const unmatchedBranch = branch({ C: unmatched, S: { Type: 'Succeed' } });
const catchAll = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'H' }] };
const boom = { error: 'Boom', cause: 'c' };

const parallel = (branches: object[], fields: object = {}) => ({
  Type: 'Parallel',
  Branches: branches,
  End: true,
  ...fields,
});
const map = (states: Record<string, Record<string, unknown>>, fields: object = {}) => ({
  Type: 'Map',
  ItemProcessor: branch(states),
  End: true,
  ...fields,
});
const distributed = (states: Record<string, Record<string, unknown>>, fields: object = {}) => ({
  Type: 'Map',
  ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...branch(states) },
  Label: 'M',
  End: true,
  ...fields,
});

const aborts: Case[] = [
  {
    rule: 'the Task that fails a branch is aborted itself, before its Parallel fails',
    definition: machine({ P: parallel([branch({ T: task() })], catchAll), H: pass }),
    tasks: { T: [boom] },
    expected: {
      status: 'SUCCEEDED',
      types: [
        'ExecutionStarted',
        'ParallelStateEntered',
        'ParallelStateStarted',
        'TaskStateEntered',
        'TaskScheduled',
        'TaskStarted',
        'TaskFailed',
        'TaskStateAborted',
        'ParallelStateFailed',
        'ParallelStateExited',
        'PassStateEntered',
        'PassStateExited',
        'ExecutionSucceeded',
      ],
    },
  },
  {
    rule: 'the Task that fails an iteration is aborted itself, before its Map fails',
    definition: machine({ M: map({ T: task() }) }),
    input: [1],
    tasks: { T: [boom] },
    expected: {
      error: 'Boom',
      tail: [
        ['TaskFailed', 'TaskStarted'],
        ['MapIterationFailed', 'TaskFailed'],
        ['TaskStateAborted', 'TaskFailed'],
        ['MapStateFailed', 'TaskFailed'],
        ['ExecutionFailed', 'MapStateFailed'],
      ],
    },
  },
  {
    rule: 'a Fail state in a branch is not aborted, but its siblings are',
    definition: machine({ P: parallel([branch({ F: fail }), branch({ W: wait }), branch({ T: task() })]) }),
    tasks: { T: [{ never: true }] },
    expected: {
      error: 'Boom',
      tail: [
        ['WaitStateAborted', 'FailStateEntered'],
        ['TaskStateAborted', 'FailStateEntered'],
        ['ParallelStateFailed', 'FailStateEntered'],
        ['ExecutionFailed', 'ParallelStateFailed'],
      ],
    },
  },
  {
    rule: 'a Fail state in an iteration aborts the other iterations',
    definition: machine({
      M: map({
        C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 2 %}', Next: 'F' }], Default: 'W' },
        F: fail,
        W: wait,
      }),
    }),
    input: [1, 2],
    expected: {
      tail: [
        ['MapIterationFailed', 'FailStateEntered'],
        ['MapIterationAborted', 'FailStateEntered'],
        ['WaitStateAborted', 'FailStateEntered'],
        ['MapStateFailed', 'FailStateEntered'],
        ['ExecutionFailed', 'MapStateFailed'],
      ],
    },
  },
  {
    rule: 'an expression that fails in a Task of a branch aborts the Task',
    definition: machine({ P: parallel([branch({ T: task({ Arguments: '{% $no %}' }) })]) }),
    expected: {
      error: 'States.QueryEvaluationError',
      tail: [
        ['EvaluationFailed', 'ParallelStateStarted'],
        ['TaskStateAborted', 'EvaluationFailed'],
        ['ParallelStateFailed', 'EvaluationFailed'],
        ['ExecutionFailed', 'ParallelStateFailed'],
      ],
    },
  },
  {
    rule: 'a Pass that fails a branch is not aborted: there is no such event',
    definition: machine({
      P: parallel([branch({ A: { ...pass, Output: '{% $no %}' } }), branch({ W: wait })]),
    }),
    expected: {
      tail: [
        ['EvaluationFailed', 'ParallelStateStarted'],
        ['WaitStateAborted', 'EvaluationFailed'],
        ['ParallelStateFailed', 'EvaluationFailed'],
        ['ExecutionFailed', 'ParallelStateFailed'],
      ],
    },
  },
  {
    rule: 'a Wait that fails a branch is aborted',
    definition: machine({
      P: parallel([branch({ W: { Type: 'Wait', Timestamp: "{% 'soon' %}", End: true } })]),
    }),
    expected: {
      tail: [
        ['EvaluationFailed', 'WaitStateEntered'],
        ['WaitStateAborted', 'EvaluationFailed'],
        ['ParallelStateFailed', 'EvaluationFailed'],
        ['ExecutionFailed', 'ParallelStateFailed'],
      ],
    },
  },
  {
    rule: 'a Parallel inside a branch fails first, and is aborted in its turn',
    definition: machine({ P: parallel([branch({ Q: parallel([branch({ T: task() })]) })]) }),
    tasks: { T: [boom] },
    expected: {
      tail: [
        ['TaskFailed', 'TaskStarted'],
        ['TaskStateAborted', 'TaskFailed'],
        ['ParallelStateFailed', 'TaskFailed'],
        ['ParallelStateAborted', 11],
        ['ParallelStateFailed', 11],
        ['ExecutionFailed', 'ParallelStateFailed'],
      ],
    },
  },
  {
    rule: 'a Map inside a branch fails first, and is aborted in its turn',
    definition: machine({ P: parallel([branch({ M: map({ T: task() }) })]) }),
    input: [1],
    tasks: { T: [boom] },
    expected: {
      tail: [
        ['TaskFailed', 'TaskStarted'],
        ['MapIterationFailed', 'TaskFailed'],
        ['TaskStateAborted', 'TaskFailed'],
        ['MapStateFailed', 'TaskFailed'],
        ['MapStateAborted', 'MapStateFailed'],
        ['ParallelStateFailed', 'MapStateFailed'],
        ['ExecutionFailed', 'ParallelStateFailed'],
      ],
    },
  },
  {
    rule: 'a Parallel and a Map that still run are aborted, whatever runs inside them',
    definition: machine({
      P: parallel([
        branch({ T: task() }),
        branch({ Q: parallel([branch({ W: wait })]) }),
        branch({ M: map({ V: wait }) }),
      ]),
    }),
    input: [1],
    tasks: { T: [{ ...boom, afterSeconds: 1 }] },
    expected: {
      tail: [
        ['TaskStateAborted', 'TaskFailed'],
        ['ParallelStateAborted', 'TaskFailed'],
        ['MapStateAborted', 'TaskFailed'],
        ['ParallelStateFailed', 'TaskFailed'],
        ['ExecutionFailed', 'ParallelStateFailed'],
      ],
    },
  },
  {
    rule: 'each try of a retried Parallel aborts the Task that failed it',
    definition: machine({
      P: parallel([branch({ T: task() })], { Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }] }),
    }),
    tasks: { T: [boom, boom] },
    expected: {
      types: [
        'ExecutionStarted',
        'ParallelStateEntered',
        ...[
          'ParallelStateStarted',
          'TaskStateEntered',
          'TaskScheduled',
          'TaskStarted',
          'TaskFailed',
          'TaskStateAborted',
        ],
        ...[
          'ParallelStateStarted',
          'TaskStateEntered',
          'TaskScheduled',
          'TaskStarted',
          'TaskFailed',
          'TaskStateAborted',
        ],
        'ParallelStateFailed',
        'ExecutionFailed',
      ],
    },
  },
  {
    rule: 'a Task in a branch that catches its own failure is not aborted',
    definition: machine({ P: parallel([branch({ T: task(catchAll), H: pass })]) }),
    tasks: { T: [boom] },
    expected: {
      status: 'SUCCEEDED',
      tail: [
        ['TaskFailed', 'TaskStarted'],
        ['TaskStateExited', 'TaskFailed'],
        ['PassStateEntered', 'TaskStateExited'],
        ['PassStateExited', 'PassStateEntered'],
        ['ParallelStateSucceeded', 'PassStateExited'],
        ['ParallelStateExited', 'PassStateExited'],
        ['ExecutionSucceeded', 'ParallelStateExited'],
      ],
    },
  },
];
describe('aborted states', () => runCases(aborts));

const noMatch = 'The state does not point to a next state.';
const uncaught: Case[] = [
  {
    rule: 'a Choice without a match ends the execution with States.Runtime; the cause names state and event',
    definition: machine({ C: unmatched, S: { Type: 'Succeed' } }),
    expected: {
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'C' (entered at the event id #2). `,
      types: ['ExecutionStarted', 'ChoiceStateEntered', 'ExecutionFailed'],
    },
  },
  {
    rule: 'in a branch, nothing catches it and the Parallel leaves no Failed event',
    definition: machine({ P: parallel([unmatchedBranch], catchAll), H: pass }),
    expected: {
      error: 'States.Runtime',
      cause: noMatch,
      types: [
        'ExecutionStarted',
        'ParallelStateEntered',
        'ParallelStateStarted',
        'ChoiceStateEntered',
        'ExecutionFailed',
      ],
    },
  },
  {
    rule: 'its siblings leave no Aborted event',
    definition: machine({
      P: parallel([
        branch({ W: wait }),
        branch({
          V: { ...wait, Seconds: 1, Next: 'C', End: undefined },
          C: unmatched,
          S: { Type: 'Succeed' },
        }),
      ]),
    }),
    expected: {
      tail: [
        ['ChoiceStateEntered', 'WaitStateExited'],
        ['ExecutionFailed', 'ChoiceStateEntered'],
      ],
    },
  },
  {
    rule: 'in an iteration, nothing catches or retries it and the Map leaves no Failed event',
    definition: machine({
      M: map(
        { C: unmatched, S: { Type: 'Succeed' } },
        { ...catchAll, Retry: [{ ErrorEquals: ['States.ALL'] }] },
      ),
      H: pass,
    }),
    input: [1],
    expected: {
      error: 'States.Runtime',
      types: [
        'ExecutionStarted',
        'MapStateEntered',
        'MapStateStarted',
        'MapIterationStarted',
        'ChoiceStateEntered',
        'ExecutionFailed',
      ],
    },
  },
  {
    rule: 'a Parallel in a Map leaves no event of either',
    definition: machine({ M: map({ P: parallel([unmatchedBranch], catchAll), H: pass }) }),
    input: [1],
    expected: {
      tail: [
        ['ChoiceStateEntered', 'ParallelStateStarted'],
        ['ExecutionFailed', 'ChoiceStateEntered'],
      ],
    },
  },
  {
    rule: 'a catcher that lists States.Runtime or States.NoChoiceMatched does not help',
    definition: machine({
      P: parallel([unmatchedBranch], {
        Catch: [{ ErrorEquals: ['States.Runtime', 'States.NoChoiceMatched'], Next: 'H' }],
      }),
      H: pass,
    }),
    expected: { status: 'FAILED', error: 'States.Runtime' },
  },
  {
    rule: 'in a Distributed Map it ends the child; the Map fails like any other and can be caught',
    definition: machine({
      M: distributed({ C: unmatched, S: { Type: 'Succeed' } }, catchAll),
      H: { ...pass, Output: '{% $states.input.Error %}' },
    }),
    input: [1],
    expected: { status: 'SUCCEEDED', output: 'States.ExceedToleratedFailureThreshold' },
  },
  {
    rule: 'States.Runtime of a task in a branch leaves TaskFailed and nothing of the Parallel',
    definition: machine({ P: parallel([branch({ T: task() })], catchAll), H: pass }),
    tasks: { T: [{ error: 'States.Runtime', cause: 'c' }] },
    expected: {
      tail: [
        ['TaskFailed', 'TaskStarted'],
        ['ExecutionFailed', 'TaskFailed'],
      ],
    },
  },
];
describe('States.Runtime', () => runCases(uncaught));
