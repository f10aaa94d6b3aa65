/** Definitions that AWS accepts and we refuse, each with one mistake. */
import type { Bindings } from '../../../lib/workflow/bindings';
import { houseProblems } from '../../../lib/workflow/house-rules';
import type { JsonObject } from '../../../lib/workflow/json';

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

const problemsWith = (state: JsonObject, bindings: Bindings = {}): string[] =>
  houseProblems(machine(state), bindings);

test('a valid definition has no problems', () => {
  expect(problemsWith(task())).toEqual([]);
});

describe('a Task', () => {
  test('has TimeoutSeconds', () => {
    const { TimeoutSeconds, ...forEver } = task();
    expect(problemsWith(forEver)).toEqual([expect.stringContaining('Notify has no TimeoutSeconds')]);
  });

  test('does not hide what it calls behind a placeholder', () => {
    expect(problemsWith(task({ Resource: '${ChargeCardArn}' }))).toEqual([
      expect.stringContaining('Notify calls ${ChargeCardArn}, which does not tell what it is.'),
    ]);
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
    expect(problemsWith(http({ Authentication: '{% $states.input.auth %}' }))).toEqual([]);
    const Resource = 'arn:aws:states:::http:invoke';
    expect(problemsWith(task({ Resource, Arguments: '{% $states.input %}' }))).toEqual([]);
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

describe('a Retry', () => {
  const neverEvaluate = { ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 0 };
  test.each(['States.ALL', 'States.TaskFailed'])('%s is not retried when an expression is wrong', (error) => {
    const everything = { ErrorEquals: [error], MaxAttempts: 3 };
    const complaint = [expect.stringContaining('Notify retries an expression that cannot be evaluated')];
    expect(problemsWith(task({ Retry: [everything] }))).toEqual(complaint);
    expect(problemsWith(task({ Retry: [{ ...neverEvaluate, MaxAttempts: 1 }, everything] }))).toEqual(
      complaint,
    );
    expect(problemsWith(task({ Retry: [neverEvaluate, everything] }))).toEqual([]);
  });
});

describe('an expression', () => {
  const problemsOf = (expression: string) => problemsWith({ Type: 'Pass', Output: { value: [expression] } });

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

  test.each(["{% $states.input.kind != 'gift' %}", "{% $count($orders[kind != 'gift']) %}"])(
    'does not compare with !=: %s',
    (expression) => {
      expect(problemsOf(expression)).toEqual([expect.stringContaining('Write $not(a = b).')]);
    },
  );

  test('is also checked in the states of branches, under their own name, but not in comments', () => {
    const inner = { Type: 'Pass', Comment: '{% $eval %}', Output: { Comment: '{% $eval(1) %}' }, End: true };
    const state = { Type: 'Parallel', Branches: [{ StartAt: 'Inner', States: { Inner: inner } }], End: true };
    expect(problemsWith(state)).toEqual([expect.stringMatching(/^Inner uses \$eval/)]);
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

  test('says where its ResultWriter writes', () => {
    expect(problemsWith(map({ ResultWriter: {} }))).toEqual([expect.stringContaining('does not say where')]);
    const Arguments = '{% $states.input.to %}';
    expect(
      problemsWith(map({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Arguments } })),
    ).toEqual([]);
  });

  test('is written with ItemProcessor', () => {
    const { ItemProcessor, ...rest } = map({});
    expect(problemsWith({ ...rest, Iterator: ItemProcessor })).toEqual([
      expect.stringContaining('Notify has Iterator'),
    ]);
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
