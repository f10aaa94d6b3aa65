/** Rules for dashboards: whatever a widget shows is there. (Part of stacks.test.ts.) */
import { expressionsOf, type Metric, metricsOf, type Widget, widgetsOf } from '../../support/dashboards';
import { type Account, accountOf, arnOf, type Deployed } from '../../support/resolved';
import { machinesIn, type Templates } from '../../support/template';

interface Page {
  readonly stack: string;
  readonly body: string;
  readonly widgets: readonly Widget[];
}

const pagesOf = ({ resources }: Account): Page[] =>
  resources
    .filter(({ type }) => type === 'AWS::CloudWatch::Dashboard')
    .map(({ stack, properties }) => {
      const body = String(properties.DashboardBody);
      return { stack, body, widgets: widgetsOf(body) };
    });

/** Metrics of AWS that dashboards use, by what they are of. */
const published: Readonly<Record<string, { readonly of: string; readonly names: readonly string[] }>> = {
  'AWS/States StateMachineArn': {
    of: 'AWS::StepFunctions::StateMachine',
    names: [
      'ExecutionsStarted',
      'ExecutionsFailed',
      'ExecutionsTimedOut',
      'ExecutionsAborted',
      'ExecutionThrottled',
      'ExecutionTime',
    ],
  },
  'AWS/Lambda FunctionName': { of: 'AWS::Lambda::Function', names: ['Errors', 'Duration'] },
  'AWS/SQS QueueName': {
    of: 'AWS::SQS::Queue',
    names: [
      'ApproximateAgeOfOldestMessage',
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesNotVisible',
    ],
  },
};

/** Those of the whole account. */
const ofTheAccount = [
  'AWS/Lambda ConcurrentExecutions {}',
  'AWS/Lambda Throttles {}',
  'AWS/States ConsumedCapacity {"ServiceMetric":"StateTransition"}',
  'AWS/States ThrottledEvents {"ServiceMetric":"StateTransition"}',
];

const isPublished = ({ namespace, name, dimensions }: Metric, { resources }: Account): boolean => {
  if (ofTheAccount.includes(`${namespace} ${name} ${JSON.stringify(dimensions)}`)) return true;
  const [[dimension, value] = ['', '']] = Object.entries(dimensions);
  const metric = published[`${namespace} ${dimension}`];
  if (metric) {
    const names = ({ type, ref }: Deployed) =>
      type === metric.of && (ref === value || ref.endsWith(`/${value}`));
    return metric.names.includes(name) && resources.some(names);
  }
  return resources
    .filter(({ type }) => type === 'AWS::Logs::MetricFilter')
    .flatMap(({ properties }) => Object.values(Object(properties.MetricTransformations)).map(Object))
    .some(({ MetricNamespace, MetricName }) => MetricNamespace === namespace && MetricName === name);
};

/** Whether a search can find something: in a schema that AWS publishes, of a machine of ours, or in our namespace. */
const canFind = (expression: string, stage: string, { resources }: Account): boolean => {
  const [, schema = '', rest = ''] = /^SEARCH\('\{(.+?)\} (.+)', 'Sum', 300\)$/.exec(expression) ?? [];
  switch (schema) {
    case 'AWS/States,StateMachineArn,Version': {
      const [, machine] = /^MetricName="\w+" StateMachineArn="(.+)"$/.exec(rest) ?? [];
      return resources.some(
        ({ type, ref }) => type === 'AWS::StepFunctions::StateMachine' && ref === machine,
      );
    }
    case 'AWS/States,ServiceIntegrationResourceArn':
      return /^MetricName="\w+" http$/.test(rest);
    default:
      return (
        schema === `"workflows/${stage}",currency` &&
        /^MetricName="order-processing\/(Captured|Refunded)"$/.test(rest)
      );
  }
};

const overlap = (one: Widget, other: Widget): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

/** Which dashboards a stage has: three of an account are free. */
const expected: Readonly<Record<string, readonly string[]>> = {
  local: ['OrderProcessing', 'SaasOnboarding', 'Overview'],
  dev: ['Overview'],
  staging: ['OrderProcessing', 'SaasOnboarding', 'Overview'],
  prod: ['OrderProcessing', 'SaasOnboarding', 'Overview'],
};

export const dashboardRules = (stages: Readonly<Record<string, Templates>>): void => {
  test.each(Object.entries(expected))('%s pays for no dashboard', (stage, stacks) => {
    const having = Object.entries(stages[stage] ?? {}).filter(([, { Resources }]) =>
      Object.values(Resources).some(({ Type }) => Type === 'AWS::CloudWatch::Dashboard'),
    );
    expect(having.map(([stack]) => stack).sort()).toEqual([...stacks].sort());
    expect(stacks.length).toBeLessThanOrEqual(3);
  });

  // Of local, which has functions and rules that the others may lack, and of prod.
  describe.each(['local', 'prod'])('the dashboards of %s', (stage) => {
    const templates = stages[stage] ?? {};
    const account = accountOf(templates);
    const pages = pagesOf(account);
    const everyWidget = pages.flatMap(({ stack, widgets }) => widgets.map((widget) => ({ stack, widget })));

    test('show metrics that exist', () => {
      const unknown = everyWidget.flatMap(({ stack, widget }) => [
        ...metricsOf(widget)
          .filter((metric) => !isPublished(metric, account))
          .map(
            (metric) => `${stack}, ${widget.properties.title}: nobody publishes ${JSON.stringify(metric)}`,
          ),
        ...expressionsOf(widget)
          .filter((expression) => !canFind(expression, stage, account))
          .map((expression) => `${stack}, ${widget.properties.title}: finds nothing: ${expression}`),
      ]);
      expect(unknown).toEqual([]);
      expect(everyWidget.flatMap(({ widget }) => metricsOf(widget)).length).toBeGreaterThan(50);
    });

    test('show every alarm: a stack’s its own, the stage’s all but those which each release replaces', () => {
      const alarmArns = (stack: string) =>
        account.resources
          .filter(({ type }) => type === 'AWS::CloudWatch::Alarm')
          .map((each) => ({ ...each, name: String(each.properties.AlarmName) }))
          .filter((each) => (stack === 'Overview' ? !each.name.includes('-version-') : each.stack === stack))
          .map(({ name }) => arnOf('cloudwatch', `alarm:${name}`));
      for (const { stack, widgets } of pages) {
        const shown = widgets.flatMap(({ properties: { alarms = [] } }) => alarms);
        expect({ stack, shown: shown.toSorted() }).toEqual({ stack, shown: alarmArns(stack).sort() });
      }
    });

    test('query logs that exist', () => {
      const groups = account.resources
        .filter(({ type }) => type === 'AWS::Logs::LogGroup')
        .map(({ ref }) => ref);
      const queried = everyWidget.flatMap(({ widget }) =>
        Array.from((widget.properties.query ?? '').matchAll(/SOURCE '(.+?)'/g), ([, group]) => group),
      );
      expect(groups).toEqual(expect.arrayContaining(queried));
      expect(queried.length).toBeGreaterThan(0);
    });

    test('show every workflow, each stack’s on its own and all on the stage’s', () => {
      const headings = ({ widgets }: Page) =>
        widgets.flatMap(({ properties: { markdown = '' } }) => /^## ([\w-]+):/.exec(markdown)?.[1] ?? []);
      for (const page of pages) {
        const machines = machinesIn(templates).filter(
          ({ stack }) => page.stack === 'Overview' || page.stack === stack,
        );
        expect(headings(page).sort()).toEqual(machines.map(({ definition }) => definition).sort());
      }
    });

    test('stay within 24 columns, do not overlap, and are complete', () => {
      for (const { body, widgets } of pages) {
        expect(body).not.toMatch(/undefined|\[object|\$\{(?!PROP)|Token\[|NaN|null/);
        for (const [index, widget] of widgets.entries()) {
          expect(widget.x + widget.width).toBeLessThanOrEqual(24);
          expect(widgets.slice(index + 1).filter((other) => overlap(widget, other))).toEqual([]);
        }
      }
    });

    test('stay within the limits of CloudWatch', () => {
      for (const { widgets } of pages) {
        expect(widgets.length).toBeLessThanOrEqual(500);
        expect(widgets.flatMap(metricsOf).length).toBeLessThanOrEqual(2500);
        for (const widget of widgets) {
          expect(widget.properties.metrics?.length ?? 0).toBeLessThanOrEqual(100);
          expect(widget.properties.alarms?.length ?? 0).toBeLessThanOrEqual(100);
          for (const expression of expressionsOf(widget)) expect(expression.length).toBeLessThanOrEqual(1024);
        }
      }
    });
  });
};
