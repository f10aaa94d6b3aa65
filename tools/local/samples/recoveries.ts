// What happens after things went wrong: a name that comes again, and an order that stopped half-way.

import {
  CreateStateMachineCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { executionArn, machineArn } from '../../../contracts/names';
import type { LocalCloud } from '../cloud';
import { Problem } from '../problem';
import { getItem, order, outputs, paymentStatus, sample } from './orders';
import { workflows } from './reviews';
import { execute, outcomeOf, type Sample, untilEnded } from './run';

export const recoverySamples: Sample[] = [comesAgain(), stopsHalfWay()];

/**
 * AWS frees the names of executions after 90 days, or at once when a state machine is replaced. So this starts the
 * order once more on another state machine with the same definition, role, tables and account at Stripe.
 */
function comesAgain(): Sample {
  const input = order('1013', 'SHELF-ELM');
  const again = sample('comes again when its name is free: it ships once', 'ALREADY_PROCESSED', input, {
    payment: 'canceled',
    sold: 2,
  });
  return {
    ...again,
    run: async (cloud) => {
      const { StateMachineArn = '' } = outputs(cloud);
      const first = outcomeOf(await execute(StateMachineArn, again.name, input));
      if (first !== 'SHIPPED') throw new Problem(`The first time it was ${first}, not SHIPPED.`, '');
      return execute(await replacementOf(StateMachineArn), again.name, input);
    },
    violations: async (cloud, ended) => [
      ...((await again.violations?.(cloud, ended)) ?? []),
      ...(await firstViolations(cloud, input.orderId, ended.identity)),
    ],
    details: ({ arn }) => [`the second time: npm run workflows -- history ${arn}`],
  };
}

/** As CloudFormation makes one that it must replace. */
async function replacementOf(stateMachineArn: string): Promise<string> {
  const states = new SFNClient();
  const { definition, roleArn } = await states.send(
    new DescribeStateMachineCommand({ stateMachineArn: machineArn(stateMachineArn) }),
  );
  const replacement = await states.send(
    new CreateStateMachineCommand({ name: 'local-orders-replaced', definition, roleArn }),
  );
  states.destroy();
  return replacement.stateMachineArn ?? '';
}

/** The reservation, and the money, are still the first execution's. */
async function firstViolations(cloud: LocalCloud, orderId: string, second: string): Promise<string[]> {
  const { ReservationsTableName = '' } = outputs(cloud);
  const reservation = await getItem(ReservationsTableName, { orderId: { S: orderId } });
  const first = reservation?.execution?.S ?? '';
  const state = reservation?.state?.S;
  const payment = await paymentStatus(cloud, first);
  return [
    ...(first !== second && state === 'SHIPPED' ? [] : [`the reservation is ${state}, of ${first}`]),
    ...(payment === 'succeeded' ? [] : [`the first payment is ${payment}, not succeeded`]),
  ];
}

/** Its undo is retried for hours while Stripe refuses; here a person stops it in the middle. */
function stopsHalfWay(): Sample {
  const input = order('1014', 'RUG-WOOL', { items: [{ sku: 'RUG-WOOL', quantity: 11, unitPrice: 1250 }] });
  const ended = sample(
    'stops half-way while Stripe is down; `stuck` finds it, and `redrive --all` ends it',
    'OUT_OF_STOCK',
    input,
    { payment: 'canceled', sold: 0 },
  );
  const redrive = ['redrive', '--all', '--failed-at', 'ReversePayment'];
  return {
    ...ended,
    alone: true,
    run: async (cloud) => {
      const arn = executionArn(outputs(cloud).StateMachineArn ?? '', ended.name);
      const held = await whileStripeRefuses(cloud, ended.name, async () => {
        const running = ended.run(cloud);
        await stopped(arn);
        return paymentStatus(cloud, (await running).identity);
      });
      if (held !== 'requires_capture') throw new Problem(`Half-way its payment is ${held}.`, '');
      const found = await workflows(cloud, ['stuck'], 1);
      if (!found.includes(ended.name)) throw new Problem('`stuck` does not find it.', found);
      await workflows(cloud, redrive);
      return untilEnded(arn);
    },
    details: () => [
      'found with: npm run workflows -- stuck',
      `ended with: npm run workflows -- ${redrive.join(' ')}`,
    ],
  };
}

/** Runs `work` while Stripe cancels no payment of this execution. Ends all faults of the double. */
export async function whileStripeRefuses<T>(
  cloud: Pick<LocalCloud, 'endpoints'>,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const faults = `${cloud.endpoints.stripe}/_double/faults`;
  const on = 'POST /v1/payment_intents/*/cancel';
  const fault = { on, kind: 'server_error', contains: name, times: 'always' };
  await fetch(faults, { method: 'POST', body: JSON.stringify(fault) });
  try {
    return await work();
  } finally {
    await fetch(faults, { method: 'DELETE' });
  }
}

/** Stops an execution once its undo has failed for the first time. */
async function stopped(arn: string): Promise<void> {
  const states = new SFNClient();
  const deadline = Date.now() + 60_000;
  for (;;) {
    const latest = new GetExecutionHistoryCommand({ executionArn: arn, reverseOrder: true, maxResults: 10 });
    const { events = [] } = await states.send(latest).catch(() => ({ events: [] }));
    if (events.some(({ taskFailedEventDetails: failed }) => failed?.error === 'CompensationFailed')) break;
    if (Date.now() > deadline) throw new Problem(`${arn} has not come to be undone.`, 'See its history.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await states.send(new StopExecutionCommand({ executionArn: arn }));
  states.destroy();
}
