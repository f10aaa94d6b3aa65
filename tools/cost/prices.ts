/**
 * What AWS asks, in dollars: list prices of us-east-1, before any free tier, and what is assumed where nothing here
 * can measure. Dearer Regions ask up to half as much again for transitions.
 */
import { TRANSITION_DOLLARS } from '../../bin/history/cost';

/** The day as of which the prices below are stated. Whoever changes one looks at its page, and sets the day. */
export const PRICED_ON = '2026-11-29';

interface Price {
  readonly dollars: number;
  readonly per: string;
  /** Below https://aws.amazon.com/. */
  readonly source: string;
}

/** By what is used: of one unit. */
export const PRICES = {
  transition: { dollars: TRANSITION_DOLLARS, per: 'state transition', source: 'step-functions/pricing' },
  expressRequest: { dollars: 1e-6, per: 'start of an Express execution', source: 'step-functions/pricing' },
  expressSecond: { dollars: 1.667e-5 / 16, per: 'second of it, in 64 MB', source: 'step-functions/pricing' },
  lambdaRequest: { dollars: 0.2e-6, per: 'call of a function', source: 'lambda/pricing' },
  lambdaGBSecond: { dollars: 1.333_34e-5, per: 'GB-second on ARM', source: 'lambda/pricing' },
  write: { dollars: 0.625e-6, per: 'write unit, two in a transaction', source: 'dynamodb/pricing/on-demand' },
  read: { dollars: 0.125e-6, per: 'read unit', source: 'dynamodb/pricing/on-demand' },
  message: { dollars: 0.5e-6, per: 'message to a topic or a FIFO queue', source: 'sns/pricing' },
  httpTask: { dollars: 0.2e-6, per: 'HTTP Task', source: 'eventbridge/pricing' },
  email: { dollars: 100e-6, per: 'e-mail', source: 'ses/pricing' },
  keyRequest: { dollars: 3e-6, per: 'call of KMS', source: 'kms/pricing' },
  logGB: { dollars: 0.5, per: 'GB of logs taken in', source: 'cloudwatch/pricing' },
  trace: { dollars: 5e-6, per: 'trace kept by X-Ray', source: 'xray/pricing' },
} as const satisfies Record<string, Price>;

/** By what is there: a month of one. */
export const MONTHLY = {
  alarmMetric: { dollars: 0.1, per: 'metric that an alarm watches', source: 'cloudwatch/pricing' },
  compositeAlarm: { dollars: 0.5, per: 'composite alarm', source: 'cloudwatch/pricing' },
  metric: { dollars: 0.3, per: 'metric of our own that counts zeros, too', source: 'cloudwatch/pricing' },
  dashboard: { dollars: 3, per: 'dashboard after the first three', source: 'cloudwatch/pricing' },
  key: {
    dollars: 1,
    per: 'KMS key',
    source: 'kms/pricing',
  },
  secret: { dollars: 0.4, per: 'secret', source: 'secrets-manager/pricing' },
} as const satisfies Record<string, Price>;

/** Dashboards of an account that cost nothing. */
export const FREE_DASHBOARDS = 3;

/** Of 100 requests to X-Ray, those that its default rule keeps. */
export const TRACED_PERCENT = 5;

/** Bytes that a function logs in a call, the platform's lines included. Assumed. */
export const LOGGED_BYTES = 2_000;

interface Running {
  /** Assumed: with Stripe's answers as they are on a usual day. */
  readonly seconds: number;
  /** As its stack says; a test holds it to that. */
  readonly memoryMB: number;
}

/** A function that is not listed takes as long as this one. */
const USUAL: Running = { seconds: 0.06, memoryMB: 256 };

const LONGER: Readonly<Record<string, Running>> = {
  'charge-card': { seconds: 1.2, memoryMB: 512 },
  'capture-payment': { seconds: 0.6, memoryMB: 512 },
  'reverse-payment': { seconds: 0.5, memoryMB: 512 },
  'check-file': { seconds: 2, memoryMB: 1024 },
  summarise: { seconds: 2, memoryMB: 512 },
  compare: { seconds: 10, memoryMB: 1024 },
  'write-report': { seconds: 5, memoryMB: 1024 },
};

/** @param name as in lambda/: `charge-card` */
export const runningOf = (name: string): Running => LONGER[name] ?? USUAL;
