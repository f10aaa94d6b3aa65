// Tasks of every kind: their events, their tokens, their credentials; and how executions end.

import { branch, machine, task } from '../machine';
import { type Case, runCases } from '../run-case';

const activity = 'arn:aws:states:us-east-1:123456789012:activity:approve';
const sync2 = 'arn:aws:states:::states:startExecution.sync:2';
const boom = { error: 'Boom', cause: 'c' };
const wait = { Type: 'Wait', Seconds: 9, End: true };
const pass = { Type: 'Pass', End: true };
const catchAll = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'H' }] };
const approve = (fields: object = {}) => machine({ A: task({ Resource: activity, ...fields }) });

describe('an activity', () =>
  runCases([
    {
      rule: 'has events of its own',
      definition: approve({ TimeoutSeconds: 60, HeartbeatSeconds: 10 }),
      input: { q: 1 },
      tasks: { A: [{ result: { ok: 1 } }] },
      expected: {
        output: { ok: 1 },
        types: [
          'ExecutionStarted',
          'TaskStateEntered',
          'ActivityScheduled',
          'ActivityStarted',
          'ActivitySucceeded',
          'TaskStateExited',
          'ExecutionSucceeded',
        ],
        details: {
          ActivityScheduled: [
            { resource: activity, input: '{"q":1}', timeoutInSeconds: 60, heartbeatInSeconds: 10 },
          ],
          ActivityStarted: [{}],
          ActivitySucceeded: [{ output: '{"ok":1}' }],
        },
      },
    },
    {
      rule: 'gets its Arguments, and the input only without them',
      definition: approve({ Arguments: { p: '{% $states.input.q + 1 %}' } }),
      input: { q: 1 },
      tasks: { A: [{ result: 0 }] },
      expected: { details: { ActivityScheduled: [{ input: '{"p":2}' }] }, calls: [{ p: 2 }] },
    },
    {
      rule: 'tells who works on it, when the worker says so',
      definition: approve(),
      tasks: { A: [{ result: 0, submitted: 'desk-7' }] },
      expected: { details: { ActivityStarted: [{ workerName: 'desk-7' }] } },
    },
    {
      rule: 'fails, and the failure can be caught',
      definition: machine({
        A: task({ Resource: activity, ...catchAll }),
        H: { ...pass, Output: '{% $states.input.Error %}' },
      }),
      tasks: { A: [boom] },
      expected: { output: 'Boom', details: { ActivityFailed: [boom], ActivityStarted: [{}] } },
    },
    {
      rule: 'is started anew by a retry',
      definition: approve({ Retry: [{ ErrorEquals: ['Boom'] }] }),
      tasks: { A: [boom, { result: 1 }] },
      expected: {
        output: 1,
        tail: [
          ['ActivityScheduled', 'ActivityFailed'],
          ['ActivityStarted', 'ActivityScheduled'],
          ['ActivitySucceeded', 'ActivityStarted'],
          ['TaskStateExited', 'ActivitySucceeded'],
          ['ExecutionSucceeded', 'TaskStateExited'],
        ],
      },
    },
    {
      rule: 'that no worker takes times out without a start',
      definition: approve({ TimeoutSeconds: 5 }),
      tasks: { A: [{ never: true }] },
      expected: {
        error: 'States.Timeout',
        tail: [
          ['ActivityScheduled', 'TaskStateEntered'],
          ['ActivityTimedOut', 'ActivityScheduled'],
          ['ExecutionFailed', 'ActivityTimedOut'],
        ],
      },
    },
    {
      rule: 'whose worker falls silent times out after its start',
      definition: approve({ TimeoutSeconds: 60, HeartbeatSeconds: 5 }),
      tasks: { A: [{ never: true, submitted: 'desk-7' }] },
      expected: {
        error: 'States.Timeout',
        tail: [
          ['ActivityStarted', 'ActivityScheduled'],
          ['ActivityTimedOut', 'ActivityStarted'],
          ['ExecutionFailed', 'ActivityTimedOut'],
        ],
      },
    },
    {
      rule: 'has started when its worker sends a heartbeat',
      definition: approve({ TimeoutSeconds: 60, HeartbeatSeconds: 5 }),
      tasks: { A: [{ never: true, beats: true }] },
      expected: {
        tail: [
          ['ActivityStarted', 'ActivityScheduled'],
          ['ActivityTimedOut', 'ActivityStarted'],
          ['ExecutionFailed', 'ActivityTimedOut'],
        ],
      },
    },
    {
      rule: 'in a branch is aborted as a Task',
      definition: machine({
        P: { Type: 'Parallel', Branches: [branch({ A: task({ Resource: activity }) })], End: true },
      }),
      tasks: { A: [boom] },
      expected: {
        tail: [
          ['ActivityFailed', 'ActivityStarted'],
          ['TaskStateAborted', 'ActivityFailed'],
          ['ParallelStateFailed', 'ActivityFailed'],
          ['ExecutionFailed', 'ParallelStateFailed'],
        ],
      },
    },
  ]));

const hasToken = '{% $exists($states.context.Task.Token) %}';
const tokenOf = (Resource: string, has: boolean): Case => ({
  rule: `${Resource} ${has ? 'has a' : 'has no'} task token`,
  definition: machine({ T: task({ Resource, Arguments: { has: hasToken } }) }),
  tasks: { T: [{ result: 1 }] },
  expected: { status: 'SUCCEEDED', calls: [{ has }] },
});

describe('a task token', () =>
  runCases([
    tokenOf('arn:aws:states:::states:startExecution.sync', true),
    tokenOf(sync2, true),
    tokenOf('arn:aws:states:::ecs:runTask.sync', true),
    tokenOf('arn:aws:states:::lambda:invoke.waitForTaskToken', true),
    tokenOf('arn:aws:states:::lambda:invoke', false),
    tokenOf('arn:aws:states:::states:startExecution', false),
    {
      rule: 'is there in a .sync task of an iteration, too',
      definition: machine({
        M: {
          Type: 'Map',
          ItemProcessor: branch({ T: task({ Resource: sync2, Arguments: { has: hasToken } }) }),
          End: true,
        },
      }),
      input: [1],
      tasks: { T: [{ result: 1 }] },
      expected: { calls: [{ has: true }] },
    },
  ]));

const RoleArn = 'arn:aws:iam::210987654321:role/other';
const credentials = (rule: string, fields: object, type = 'TaskScheduled'): Case => ({
  rule,
  definition: machine({ T: task({ Credentials: { RoleArn: '{% $states.input.role %}' }, ...fields }) }),
  input: { role: RoleArn },
  tasks: { T: [{ result: 1 }, { result: 1 }] },
  expected: { status: 'SUCCEEDED', details: { [type]: [{ taskCredentials: { roleArn: RoleArn } }] } },
});

describe('Credentials', () =>
  runCases([
    credentials('are in the event that schedules the task', {}),
    credentials('may be a text', { Credentials: { RoleArn } }),
    credentials('of a .sync task', { Resource: sync2 }),
    credentials(
      'of a Lambda function',
      { Resource: 'arn:aws:lambda:us-east-1:210987654321:function:f' },
      'LambdaFunctionScheduled',
    ),
    {
      ...credentials('are evaluated for each try', { Retry: [{ ErrorEquals: ['Boom'] }] }),
      tasks: { T: [boom, { result: 1 }] },
      expected: {
        details: {
          TaskScheduled: [
            { taskCredentials: { roleArn: RoleArn } },
            { taskCredentials: { roleArn: RoleArn } },
          ],
        },
      },
    },
    {
      ...credentials('that are no text fail the task', { Credentials: { RoleArn: '{% 1 %}' } }),
      expected: { error: 'States.QueryEvaluationError', cause: "'Credentials/RoleArn'" },
    },
  ]));

describe('the end of an execution', () =>
  runCases([
    {
      rule: 'ExecutionAborted follows event 0',
      definition: machine({ W: wait }),
      stopAfterSeconds: 1,
      expected: {
        tail: [
          ['WaitStateEntered', 0],
          ['ExecutionAborted', 0],
        ],
      },
    },
    {
      rule: 'also within a branch',
      definition: machine({ P: { Type: 'Parallel', Branches: [branch({ W: wait })], End: true } }),
      stopAfterSeconds: 1,
      expected: { status: 'ABORTED', tail: [['ExecutionAborted', 0]] },
    },
    {
      rule: 'ExecutionTimedOut follows event 0 and names States.Timeout',
      definition: machine({ W: wait }, { TimeoutSeconds: 5 }),
      expected: {
        status: 'TIMED_OUT',
        tail: [['ExecutionTimedOut', 0]],
        details: { ExecutionTimedOut: [{ error: 'States.Timeout' }] },
      },
    },
    {
      rule: 'also when it interrupts a task',
      definition: machine({ T: task() }, { TimeoutSeconds: 5 }),
      tasks: { T: [{ never: true }] },
      expected: { tail: [['ExecutionTimedOut', 0]] },
    },
    {
      rule: 'MapStateExited of a Distributed Map follows MapRunStarted',
      definition: machine({
        A: { Type: 'Pass', Next: 'M' },
        M: {
          Type: 'Map',
          Label: 'M',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            ...branch({ I: pass }),
          },
          End: true,
        },
      }),
      input: [1],
      expected: {
        tail: [
          ['MapRunSucceeded', 'MapRunStarted'],
          ['MapStateSucceeded', 'MapRunSucceeded'],
          ['MapStateExited', 'MapRunStarted'],
          ['ExecutionSucceeded', 'MapStateExited'],
        ],
      },
    },
    {
      rule: 'a catcher whose Output fails records the failure of its Parallel once more',
      definition: machine({
        P: {
          Type: 'Parallel',
          Branches: [branch({ F: { Type: 'Fail', Error: 'E' } })],
          Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $no %}', Next: 'H' }],
          End: true,
        },
        H: pass,
      }),
      expected: {
        error: 'States.QueryEvaluationError',
        tail: [
          ['ParallelStateFailed', 'FailStateEntered'],
          ['EvaluationFailed', 5],
          ['ParallelStateFailed', 'EvaluationFailed'],
          ['ExecutionFailed', 'ParallelStateFailed'],
        ],
      },
    },
    {
      rule: 'a catcher of a Task whose Output fails records nothing more of the Task',
      definition: machine({
        T: task({ Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $no %}', Next: 'H' }] }),
        H: pass,
      }),
      tasks: { T: [boom] },
      expected: {
        tail: [
          ['TaskFailed', 'TaskStarted'],
          ['EvaluationFailed', 'TaskFailed'],
          ['ExecutionFailed', 'EvaluationFailed'],
        ],
      },
    },
    {
      rule: 'a Timestamp that is none says what it is',
      definition: machine({ W: { Type: 'Wait', Timestamp: '{% $states.input.at %}', End: true } }),
      input: { at: 'soon' },
      expected: {
        cause:
          'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: soon',
      },
    },
  ]));
