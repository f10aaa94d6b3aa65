/**
 * For each section of the runbook that an alarm leads to: metrics of the incident that it is for, from its first minute on,
 * and of a day on which it must keep quiet, which comes as close as a good day does.
 */
import type { Minutes } from '../../support/alarms';

/** By a metric's name, and its dimensions with a fixed value: `ThrottledEvents APIName=StartExecution`. */
export type Metrics = Readonly<Record<string, Minutes>>;

export interface Incident {
  readonly incident: Metrics;
  /** Minutes after which a person hears of it, at the latest. */
  readonly heardWithin: number;
  readonly goodDay: Metrics;
}

const every = (minutes: number, value: number | readonly number[]): Minutes => Array(minutes).fill(value);

/** One is enough. */
const single = (metric: string): Incident => ({
  incident: { [metric]: [1] },
  heardWithin: 1,
  goodDay: { [metric]: every(60, 0) },
});

/** Retries get over what lasts for a minute or two. */
const lasting = (metric: string): Incident => ({
  incident: { [metric]: every(5, 20) },
  heardWithin: 3,
  goodDay: { [metric]: [...every(30, 0), 50, 3, ...every(30, 0)] },
});

const executions = (workflow: string): Record<string, Incident> => ({
  [`${workflow}-failed`]: single('ExecutionsFailed'),
  [`${workflow}-timed-out`]: single('ExecutionsTimedOut'),
  [`${workflow}-aborted`]: single('ExecutionsAborted'),
});

/** Counted every other minute. */
const overdue = (workflow: string): Record<string, Incident> => ({
  [`${workflow}-overdue`]: {
    incident: { [`${workflow}/Overdue`]: [1, undefined, 1] },
    heardWithin: 5,
    // Its review ended at this very moment.
    goodDay: { [`${workflow}/Overdue`]: [undefined, 1, undefined, undefined, undefined, undefined, 1] },
  },
});

const started = (value: number, minutes: number) => ({ ExecutionsStarted: every(minutes, value) });

export const incidents: Readonly<Record<string, Incident>> = {
  ...executions('order-processing'),
  ...executions('payment-review'),
  ...executions('bulk-orders'),
  ...executions('saas-onboarding'),
  ...executions('reconciliation'),
  ...overdue('order-processing'),
  ...overdue('payment-review'),
  ...overdue('saas-onboarding'),
  'order-processing-not-told': single('order-processing/NotTold'),
  'bulk-orders-not-told': single('bulk-orders/NotTold'),
  'saas-onboarding-not-told': single('saas-onboarding/NotTold'),
  'payment-review-not-answered': single('payment-review/NotAnswered'),
  'order-processing-not-delivered': single('NumberOfNotificationsFailed'),
  'saas-onboarding-not-delivered': single('NumberOfNotificationsFailed'),
  'bulk-orders-batches-failed': single('ExecutionsFailed'),

  'orders-not-shipping': {
    // Every card is declined.
    incident: {
      ...started(2, 30),
      'order-processing/Shipped': every(30, 0),
      'order-processing/Reviewed': every(30, 0),
    },
    heardWithin: 15,
    goodDay: {
      // A file of large orders, then a few minutes of declines, then three orders of a night, which ship later.
      ExecutionsStarted: [...every(30, 60), ...every(30, 4), ...every(10, 4), ...every(30, 0), 1, 1, 1],
      'order-processing/Shipped': [...every(30, 20), ...every(30, 4), ...every(10, 1), ...every(33, 0)],
      'order-processing/Reviewed': [...every(30, 40), ...every(73, 0)],
    },
  },
  'payments-declined-often': {
    incident: { ...started(1, 60), 'order-processing/NotPaid': every(60, 1) },
    heardWithin: 20,
    goodDay: {
      // Ten minutes of tried cards, then the few orders of a night.
      ExecutionsStarted: [...every(120, 2), ...every(60, 0), ...every(19, 1)],
      'order-processing/NotPaid': [...every(60, 0), ...every(10, 2), ...every(110, 0), ...every(19, 1)],
    },
  },
  'orders-undone-often': {
    incident: {
      ...started(1, 60),
      'order-processing/Undone': every(60, [1]),
      'order-processing/NotPaid': every(60, 0),
    },
    heardWithin: 20,
    goodDay: {
      // All cards are declined: that is the alarm above.
      ...started(1, 120),
      'order-processing/Undone': every(120, 1),
      'order-processing/NotPaid': every(120, 1),
    },
  },
  'orders-slow': {
    incident: { ExecutionTime: every(15, [4_000, 90_000, 120_000]) },
    heardWithin: 15,
    // A third waits for days, for a review.
    goodDay: { ExecutionTime: every(60, [4_000, 5_000, 345_600_000]) },
  },
  'signups-rejected-often': {
    incident: { ...started(1, 60), 'saas-onboarding/Rejected': every(60, 1) },
    heardWithin: 10,
    goodDay: { ...started(1, 120), 'saas-onboarding/Rejected': [...every(60, 0), ...every(25, 1), 0] },
  },
  'signups-undone-often': {
    incident: { ...started(1, 60), 'saas-onboarding/Undone': every(60, 1) },
    heardWithin: 10,
    goodDay: { ...started(1, 120), 'saas-onboarding/Undone': [...every(60, 0), ...every(5, 1), 0] },
  },

  'fulfilment-not-polled': {
    incident: { ApproximateAgeOfOldestMessage: Array.from({ length: 15 }, (_, minute) => minute * 60) },
    heardWithin: 15,
    // The consumer is deployed anew.
    goodDay: { ApproximateAgeOfOldestMessage: [0, 60, 120, 180, 240, 0] },
  },
  'fulfilment-dead-letters': single('ApproximateNumberOfMessagesVisible'),
  'events-undelivered': single('ApproximateNumberOfMessagesVisible'),
  'events-lost': single('InvocationsFailedToBeSentToDlq'),
  'starts-throttled': lasting('ThrottledEvents APIName=StartExecution'),
  'transitions-throttled': lasting('ThrottledEvents ServiceMetric=StateTransition'),
  'functions-throttled': lasting('Throttles'),
  'sweep-failing': {
    // Lambda calls it three times each half hour.
    incident: { Errors: [1, 1, 1, ...every(27, 0), 1, 1, 1] },
    heardWithin: 32,
    goodDay: { Errors: [...every(60, 0), 1, 1, 1, ...every(60, 0)] },
  },
  'version-fails': {
    incident: { ExecutionsFailed: [0, 0, 1], ExecutionsTimedOut: [], ExecutionsAborted: [] },
    heardWithin: 3,
    goodDay: { ExecutionsFailed: every(60, 0), ExecutionsTimedOut: every(60, 0), ExecutionsAborted: [] },
  },
  'many-versions': {
    incident: { VersionCount: [900] },
    heardWithin: 1,
    goodDay: { VersionCount: every(60, 300) },
  },
  'reconciliation-not-started': single(
    'InvocationDroppedCount ScheduleGroup=workflowsprodReconciliation-Schedules-F6054886',
  ),
};
