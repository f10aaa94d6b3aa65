/** The widgets of dashboards. A row is 24 columns wide. */
import { Duration } from 'aws-cdk-lib';
import {
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  SearchExpression,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { StateTransitionMetric } from 'aws-cdk-lib/aws-stepfunctions';
import type { FifoQueue } from '../resources/fifo-queue';
import type { TaskFunction } from '../workflow/task-function';
import type { Observed } from './observed';
import { failuresByState } from './queries';

export const QUARTER = 6;
const THIRD = 8;
const WHOLE = 24;

const period = Duration.minutes(5);
const sum = { statistic: 'Sum', period };

export const text = (markdown: string, height = 1): IWidget =>
  new TextWidget({ markdown, width: WHOLE, height });

interface Graph {
  readonly title: string;
  readonly metrics: readonly IMetric[];
  /** Unit of the axis. @default a count */
  readonly unit?: string;
  readonly width?: number;
}

const graph = ({ title, metrics, unit = 'count', width = THIRD }: Graph): IWidget =>
  new GraphWidget({
    title,
    left: [...metrics],
    leftYAxis: { min: 0, label: unit, showUnits: false },
    width,
    height: 6,
  });

/** Started, what became of them, and those that a person must look at: of the whole time that is shown. */
export const numbers = (observed: Observed): IWidget =>
  new SingleValueWidget({
    title: observed.workflow,
    metrics: [started(observed), ...outcomesOf(observed), ...failuresOf(observed)],
    setPeriodToTimeRange: true,
    width: WHOLE,
    height: 3,
  });

const started = ({ stateMachine }: Observed) => stateMachine.metricStarted({ ...sum, label: 'Started' });

const outcomesOf = ({ outcomes }: Observed): IMetric[] => [...outcomes.values()];

const failuresOf = ({ stateMachine }: Observed): IMetric[] => [
  stateMachine.metricFailed({ ...sum, label: 'Failed' }),
  stateMachine.metricTimedOut({ ...sum, label: 'Timed out' }),
  stateMachine.metricAborted({ ...sum, label: 'Stopped' }),
];

/** What became of a workflow's executions, which went wrong, and how long they took. */
export const executions = (observed: Observed, width = THIRD): IWidget[] => [
  graph({
    title: 'Started, and what became of them',
    metrics: [started(observed), ...outcomesOf(observed)],
    width,
  }),
  graph({
    title: 'Failed, timed out, stopped, held back',
    metrics: [...failuresOf(observed), observed.stateMachine.metricThrottled({ ...sum, label: 'Held back' })],
    width,
  }),
  graph({
    title: 'How long executions take',
    unit: 'milliseconds',
    metrics: ['p50', 'p90', 'p99'].map((statistic) =>
      observed.stateMachine.metricTime({ statistic, period, label: statistic }),
    ),
    width,
  }),
];

/** Of all workflows together: the first thing that whoever was called wants to know. */
export const failedStates = (workflows: readonly Observed[]): IWidget =>
  new LogQueryWidget({
    title: failuresByState.name,
    logGroupNames: workflows.map(({ logGroup }) => logGroup.logGroupName),
    queryLines: [...failuresByState.lines],
    width: WHOLE,
    height: 5,
  });

/** How much of what starts runs on which version: the weights of a release, as they are lived. */
export const versions = ({ stateMachine }: Observed): IWidget =>
  graph({
    title: 'Started and failed by version',
    width: QUARTER,
    metrics: [
      ['ExecutionsStarted', 'Started'],
      ['ExecutionsFailed', 'Failed'],
    ].map(([metric, label]) =>
      search(
        `{AWS/States,StateMachineArn,Version} MetricName="${metric}" StateMachineArn="${stateMachine.stateMachineArn}"`,
        'Sum',
        `${label} on \${PROP('Dim.Version')}`,
      ),
    ),
  });

const search = (terms: string, statistic: string, label: string): IMetric =>
  new SearchExpression({
    expression: `SEARCH('${terms}', '${statistic}', ${period.toSeconds()})`,
    label,
    period,
  });

/** The only function of a construct is called after that. */
const nameOf = ({ node }: TaskFunction): string =>
  node.id === 'Function' && node.scope ? node.scope.node.id : node.id;

/** Money that a workflow's functions have moved. */
export const amounts = ({ workflow, amounts }: Observed, namespace: string): IWidget =>
  graph({
    title: `Money moved by ${workflow}`,
    unit: 'minor units',
    metrics: amounts.map((name) =>
      search(
        `{"${namespace}",currency} MetricName="${workflow}/${name}"`,
        'Sum',
        `${name} \${PROP('Dim.currency')}`,
      ),
    ),
  });

/** Of the functions of a stack: what fails, and what is slow. */
export const functions = (fns: readonly TaskFunction[]): IWidget[] => [
  graph({
    title: 'Errors of functions',
    metrics: fns.map((fn) => fn.metricErrors({ ...sum, label: nameOf(fn) })),
  }),
  graph({
    title: 'How long functions take, p90',
    unit: 'milliseconds',
    metrics: fns.map((fn) => fn.metricDuration({ statistic: 'p90', period, label: nameOf(fn) })),
  }),
];

/** How long Stripe takes to answer: most of the time of the functions that call it is that. */
export const stripe = (fns: readonly TaskFunction[]): IWidget =>
  graph({
    title: 'Functions that call Stripe, p50 and p99',
    unit: 'milliseconds',
    metrics: fns.flatMap((fn) =>
      ['p50', 'p99'].map((statistic) =>
        fn.metricDuration({ statistic, period, label: `${nameOf(fn)} ${statistic}` }),
      ),
    ),
  });

/** Step Functions counts them by what they call, not by state machine. */
export const httpTasks = (): IWidget =>
  graph({
    title: 'HTTP Tasks of the account: calls, failed calls',
    metrics: [
      ['ServiceIntegrationsScheduled', 'Calls'],
      ['ServiceIntegrationsFailed', 'Failed'],
      ['ServiceIntegrationsTimedOut', 'Timed out'],
    ].map(([metric = '', label = '']) =>
      search(`{AWS/States,ServiceIntegrationResourceArn} MetricName="${metric}" http`, 'Sum', label),
    ),
  });

export const queue = ({ name, queue, deadLetters }: FifoQueue): IWidget[] => {
  const maximum = { statistic: 'Maximum', period };
  return [
    graph({
      title: `Oldest message of the ${name} queue`,
      unit: 'seconds',
      metrics: [queue.metricApproximateAgeOfOldestMessage({ ...maximum, label: 'Age' })],
    }),
    graph({
      title: `Messages of the ${name} queue`,
      metrics: [
        queue.metricApproximateNumberOfMessagesVisible({ ...maximum, label: 'Waiting' }),
        queue.metricApproximateNumberOfMessagesNotVisible({ ...maximum, label: 'In hand' }),
        deadLetters.metricApproximateNumberOfMessagesVisible({ ...maximum, label: 'Given up' }),
      ],
    }),
  ];
};

/** Events that EventBridge could not deliver. */
export const undelivered = (events: IQueue): IWidget =>
  graph({
    title: 'Events that were not delivered',
    metrics: [
      events.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period, label: 'Waiting' }),
    ],
  });

/** What all stacks and stages of the account share. */
export const account = (): IWidget[] => [
  graph({
    title: 'Functions of the account',
    metrics: [
      LambdaFunction.metricAllConcurrentExecutions({ statistic: 'Maximum', period, label: 'At once' }),
      LambdaFunction.metricAllThrottles({ ...sum, label: 'Held back' }),
    ],
  }),
  graph({
    title: 'State transitions of the account, a minute',
    metrics: [
      StateTransitionMetric.metricConsumedCapacity({
        statistic: 'Sum',
        period: Duration.minutes(1),
        label: 'Made',
      }),
      StateTransitionMetric.metricThrottledEvents({
        statistic: 'Sum',
        period: Duration.minutes(1),
        label: 'Held back',
      }),
    ],
  }),
];
