/**
 * What AWS would accept and then fail on, one tiny definition per mistake. Each is right but for the mistake.
 */
import type { Bindings } from '../../../lib/workflow/bindings';
import type { JsonObject } from '../../../lib/workflow/json';
import { lint } from '../../../lib/workflow/lint';

const task = (changes: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::sns:publish',
  TimeoutSeconds: 10,
  Arguments: { TopicArn: '${Topic}', Message: '{% $states.input %}' },
  End: true,
  ...changes,
});

const machine = (state: JsonObject, more: JsonObject = {}): JsonObject => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Notify',
  States: { Notify: state, ...more },
});

const problemsWith = (state: JsonObject, bindings: Bindings = {}): string[] => lint(machine(state), bindings);

test('nothing is wrong with a right definition', () => {
  expect(problemsWith(task())).toEqual([]);
});

describe('a Task', () => {
  test('has TimeoutSeconds', () => {
    const { TimeoutSeconds, ...forEver } = task();
    expect(problemsWith(forEver)).toEqual([expect.stringContaining('Notify has no TimeoutSeconds')]);
  });

  test.each([
    ['a topic', 'arn:aws:sns:us-east-1:123456789012:orders'],
    ['a table', 'arn:aws:dynamodb:us-east-1:123456789012:table/inventory'],
    ['a function', 'arn:aws:lambda:us-east-1:123456789012:function:charge'],
    ['a placeholder', '${ChargeCardArn}'],
    ['a misspelt action', 'arn:aws:states:::sns:send'],
    ['an SDK action in capitals', 'arn:aws:states:::aws-sdk:dynamodb:TransactWriteItems'],
    ['a name that every object has', 'arn:aws:states:::constructor'],
  ])('does not name %s as its Resource', (_what, Resource) => {
    expect(problemsWith(task({ Resource }))).toEqual([
      expect.stringContaining(`Notify calls ${Resource}, which is no service integration.`),
    ]);
  });

  test.each([
    ['sns:publish', '.sync'],
    ['dynamodb:getItem', '.waitForTaskToken'],
    ['aws-sdk:dynamodb:createTable', '.sync:2'],
  ])('does not call %s with %s', (integration, pattern) => {
    expect(problemsWith(task({ Resource: `arn:aws:states:::${integration}${pattern}` }))).toEqual([
      `Notify calls ${integration} with ${pattern}, which AWS does not offer for it.`,
    ]);
  });

  test.each([
    'lambda:invoke.waitForTaskToken',
    'states:startExecution.sync:2',
    'aws-sdk:dynamodb:transactWriteItems',
  ])('may call %s', (integration) => {
    expect(problemsWith(task({ Resource: `arn:aws:states:::${integration}` }))).toEqual([]);
  });

  test('calls an API through a connection', () => {
    const http = (config: JsonObject) =>
      task({
        Resource: 'arn:aws:states:::http:invoke',
        Arguments: { Method: 'GET', ApiEndpoint: 'https://api.stripe.com/v1/customers', ...config },
      });
    expect(problemsWith(http({}))).toEqual([expect.stringContaining('without a connection')]);
    expect(problemsWith(http({ Authentication: { RoleArn: '${Role}' } }))).toHaveLength(1);
    expect(problemsWith(http({ InvocationConfig: { ConnectionArn: '${Connection}' } }))).toEqual([]);
  });

  test('waits longer than its function runs', () => {
    const call = task({
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: '${ChargeCardArn}', Payload: {} },
    });
    const fn = (timeoutSeconds: number): Bindings => ({ ChargeCardArn: { value: 'arn', timeoutSeconds } });
    expect(problemsWith(call, fn(9))).toEqual([]);
    expect(problemsWith(call, fn(10))).toEqual([
      expect.stringContaining('Notify gives up after 10 s on ${ChargeCardArn}, which may run 10 s'),
    ]);
  });
});

describe('Retry and Catch', () => {
  const neverEvaluate = { ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 0 };
  const all = { ErrorEquals: ['States.ALL'], MaxAttempts: 3 };

  test.each(['States.ALL', 'States.TaskFailed'])('%s is not retried when an expression is wrong', (error) => {
    const everything = { ErrorEquals: [error], MaxAttempts: 3 };
    const complaint = [expect.stringContaining('Notify retries an expression that cannot be evaluated')];
    expect(problemsWith(task({ Retry: [everything] }))).toEqual(complaint);
    expect(problemsWith(task({ Retry: [{ ...neverEvaluate, MaxAttempts: 1 }, everything] }))).toEqual(
      complaint,
    );
    expect(problemsWith(task({ Retry: [neverEvaluate, everything] }))).toEqual([]);
  });

  test.each(['Retry', 'Catch'])('States.ALL stands alone in %s', (field) => {
    const mixed = { ErrorEquals: ['States.Timeout', 'States.ALL'], Next: 'Notify' };
    expect(problemsWith(task({ [field]: [neverEvaluate, mixed] }))).toEqual([
      `Notify names States.ALL beside other errors in ${field}. Let it stand alone.`,
    ]);
  });

  test.each(['Retry', 'Catch'])('States.ALL comes last in %s', (field) => {
    expect(problemsWith(task({ [field]: [neverEvaluate, all, { ErrorEquals: ['Late'] }] }))).toEqual([
      `Notify has a ${field} after that of States.ALL. Put States.ALL last.`,
    ]);
  });
});

describe('variables', () => {
  const assigning = (name: string, how: JsonObject = {}) => ({
    Type: 'Pass',
    Assign: { [name]: '{% $states.input %}' },
    ...how,
    End: true,
  });
  const branchOf = (state: JsonObject) => ({ StartAt: 'Inner', States: { Inner: state } });
  const shadows = 'Inner assigns $order, which a scope around it has too';

  test.each([
    ['a branch', { Type: 'Parallel', Branches: [branchOf(assigning('order'))], End: true }],
    ['a Map', { Type: 'Map', ItemProcessor: branchOf(assigning('order')), End: true }],
    [
      'a branch of a branch',
      {
        Type: 'Parallel',
        Branches: [branchOf({ Type: 'Parallel', Branches: [branchOf(assigning('order'))], End: true })],
        End: true,
      },
    ],
    [
      "a branch's catcher",
      {
        Type: 'Parallel',
        Branches: [branchOf(task({ Catch: [{ ErrorEquals: ['E'], Assign: { order: 1 }, Next: 'Inner' }] }))],
        End: true,
      },
    ],
  ])('of the outside are not assigned in %s', (_where, state) => {
    expect(lint(machine(state, { Outer: assigning('order') }), {})).toEqual([
      expect.stringContaining(shadows),
    ]);
    expect(lint(machine(state, { Outer: assigning('customer') }), {})).toEqual([]);
  });

  test('may have the same name in two branches, and in the executions of a Distributed Map', () => {
    const branches = [branchOf(assigning('order')), branchOf(assigning('order'))];
    expect(problemsWith({ Type: 'Parallel', Branches: branches, End: true })).toEqual([]);
    const ItemProcessor = { ...branchOf(assigning('order')), ProcessorConfig: { Mode: 'DISTRIBUTED' } };
    expect(
      lint(machine({ Type: 'Map', Label: 'Orders', ItemProcessor }, { Outer: assigning('order') }), {}),
    ).toEqual([]);
  });
});

describe('an expression', () => {
  const problemsOf = (expression: string) => problemsWith({ Type: 'Pass', Output: { value: [expression] } });

  test.each([
    ['$', '{% $.order %}'],
    ['$$', '{% $$.order %}'],
    ['$', '{% $states.input.items.(sku & $string($$)) ~> $append($) %}'],
    ['order', '{% order.id %}'],
    ['order', "{% $states.input.paid ? order : 'none' %}"],
    ['order', '{% order[id = 1].total %}'],
    ['orderId', '{% {orderId: 1} %}'],
    ['*', '{% *.id %}'],
    ['**', '{% **.id %}'],
  ])('has no %s at its root: %s', (what, expression) => {
    expect(problemsOf(expression)).toEqual([expect.stringContaining(`Notify uses ${what} at the root`)]);
  });

  test.each([
    "{% $states.input.items[sku = 'A'].quantity %}",
    '{% $order.items.{"sku": sku, "self": $} %}',
    '{% $order.items^(>price)[0] %}',
    '{% $order.items{sku: $sum(quantity)} %}',
    "{% $items[sku = 'A'] %}",
    '{% $items{sku: quantity} %}',
    "{% $order.items[sku = 'A'][0].quantity %}",
    '{% $order ~> |items|{"price": price * 2}, note| %}',
    '{% $map($order.items, function($item) { $item.sku }) %}',
    "{% $states.errorOutput.Cause ~> $split(', ') %}",
    '{% $contains($order.note, /a$/) %}',
  ])('may look at the items of a path: %s', (expression) => {
    expect(problemsOf(expression)).toEqual([]);
  });

  test('does not use $eval', () => {
    expect(problemsOf("{% $eval('1 + 1') %}")).toEqual([expect.stringContaining('Notify uses $eval')]);
  });

  test.each(['Order {% $order.id %} failed', '{% $order.id %} failed', 'Order {% $order.id %}'])(
    'is the whole string: not %s',
    (text) => {
      expect(problemsOf(text)).toEqual([
        expect.stringContaining(`Notify would pass on "${text}" as it stands`),
      ]);
    },
  );

  test('is looked for in the states of branches, under their own name, and not in comments', () => {
    const inner = { Type: 'Pass', Comment: '{% $eval %}', Output: '{% order %}', End: true };
    const state = { Type: 'Parallel', Branches: [{ StartAt: 'Inner', States: { Inner: inner } }], End: true };
    expect(problemsWith(state)).toEqual([expect.stringMatching(/^Inner uses order/)]);
  });
});

describe('a Distributed Map', () => {
  const map = (changes: JsonObject, work: JsonObject = task(), ExecutionType = 'EXPRESS'): JsonObject => ({
    Type: 'Map',
    Label: 'Lines',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType },
      StartAt: 'Inner',
      States: { Inner: work },
    },
    End: true,
    ...changes,
  });

  test('has a Label', () => {
    expect(problemsWith(map({}))).toEqual([]);
    const { Label, ...unlabelled } = map({});
    expect(problemsWith(unlabelled)).toEqual([expect.stringContaining('Notify has no Label')]);
  });

  test.each(['lambda:invoke.waitForTaskToken', 'states:startExecution.sync:2'])(
    'does not wait in EXPRESS children with %s',
    (integration) => {
      const waits = task({ Resource: `arn:aws:states:::${integration}` });
      expect(problemsWith(map({}, waits))).toEqual([
        'Notify runs Inner in EXPRESS children, which cannot wait for an answer. Make them STANDARD.',
      ]);
      expect(problemsWith(map({}, waits, 'STANDARD'))).toEqual([]);
    },
  );
});
