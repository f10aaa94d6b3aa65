/**
 * How many orders a second the services around an order take, at the quotas that an account has by default. Raise a
 * quota (Service Quotas) before you raise a stage's pace.
 */
import type { Stage } from './stages';

export interface Ceiling {
  readonly what: string;
  readonly ordersPerSecond: number;
  /** How to get more. */
  readonly remedy: string;
}

/** Regions in which Step Functions gives more from the start. */
const largeRegions = new Set(['us-east-1', 'us-west-2', 'eu-west-1']);

/** Functions that undo something (`undoes`), of all stacks. */
const undoingFunctions = 4;

/** What AWS keeps unreserved in every account. */
const unreservedAtLeast = 100;

/** How many functions the account must let run at once, so that the stage's reservations can be made. 0: it has none. */
export const concurrencyToReserveFrom = ({ undoing }: Stage): number =>
  undoing ? undoingFunctions * undoing.reservedConcurrency + unreservedAtLeast : 0;

/** Of an order that ships: billed transitions, calls of Stripe, and seconds of functions that run. A test holds them. */
export const perOrder = { transitions: 9, stripeCalls: 4, functionSeconds: 1.9 };

/** Calls of Stripe in a second: in test mode of all endpoints together, live of each one. */
const stripeCallsPerSecond = 25;

/** @param concurrency how many functions the account lets run at once: 10 in a new one, 1,000 in most others */
export function ceilings({
  stage,
  region,
  concurrency,
}: {
  stage: Stage;
  region: string;
  concurrency: number;
}): Ceiling[] {
  const large = largeRegions.has(region);
  const quota = 'ask for more: Service Quotas, Step Functions';
  return [
    {
      what: `Lambda, at ${concurrency} functions at once,`,
      ordersPerSecond: concurrency / perOrder.functionSeconds,
      remedy: 'ask for more: Service Quotas, AWS Lambda, "Concurrent executions"',
    },
    {
      what: `Step Functions’ transitions in ${region}`,
      ordersPerSecond: (large ? 5_000 : 800) / perOrder.transitions,
      remedy: quota,
    },
    { what: `Step Functions’ starts in ${region}`, ordersPerSecond: large ? 300 : 150, remedy: quota },
    stage.stripe.mode === 'live'
      ? {
          what: 'Stripe, at 25 calls a second to one endpoint,',
          ordersPerSecond: stripeCallsPerSecond,
          remedy: 'ask Stripe for more',
        }
      : {
          what: 'Stripe in test mode, at 25 calls a second,',
          ordersPerSecond: stripeCallsPerSecond / perOrder.stripeCalls,
          remedy: 'let imports go slower (bulk.ordersPerSecond in lib/stages.ts), or live with the retries',
        },
  ];
}
