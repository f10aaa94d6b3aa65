// What the smoke test does: starts an order, waits for its end, compares, and puts away what it brought.

import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { createWorkflowClient, type WorkflowStatus } from '../../client';
import type { OrderInput } from '../../contracts/types';
import { stages } from '../../lib/stages';
import type { Cloud } from '../cli/cloud';
import { explain } from '../cli/errors';
import { readTimeline, stateMachineArn } from '../cli/executions';
import type { Io } from '../cli/io';
import { planUndoing, undo } from '../cli/undoing';
import { money, plain } from '../terminal/text';
import { rejectedOrder, SKU, shippingOrder } from './orders';

export interface Check {
  /** What was done, in a few words. */
  readonly shows: string;
  readonly expected: string;
  /** The outcome or status that came, or what went wrong. */
  readonly found: string;
  readonly execution: string;
  readonly seconds: number;
  /** Whether it ended as expected, and all of it was put away. */
  readonly isRight: boolean;
  /** What stays there afterwards. */
  readonly leaves: readonly string[];
}

export interface Smoke {
  readonly cloud: Cloud;
  readonly io: Io;
  /** How long an order may take, in seconds. */
  readonly timeout: number;
}

const POLL_MILLISECONDS = 1000;

/** An order that validation rejects: three transitions, and nothing changes but that a topic is told. */
export async function rejects(smoke: Smoke, orderId: string): Promise<Check> {
  const ended = await run(smoke, rejectedOrder(orderId, stages[smoke.cloud.stage]), 'REJECTED');
  return {
    shows: 'an order without an e-mail address',
    ...ended,
    leaves: [`the execution ${ended.execution}, and its notice on the topic of failed validations`],
  };
}

/** An order that ships, whose shipment is cancelled at once. */
export async function ships(smoke: Smoke, orderId: string): Promise<Check> {
  const stage = stages[smoke.cloud.stage];
  const order = shippingOrder(orderId, stage);
  const shows = 'an order paid with Stripe’s test card';
  const expected = 'SHIPPED';
  try {
    await addPiece(smoke.cloud);
  } catch (error) {
    const found = `no piece of ${SKU} could be brought into stock: ${explain(error).message}`;
    return { shows, expected, found, execution: '', seconds: 0, isRight: false, leaves: [] };
  }
  const ended = await run(smoke, order, expected);
  if (!isShipped(ended)) return { shows, ...ended, leaves: await withoutShipment(smoke, ended) };
  const problem = await cancelShipment(smoke, ended);
  const [{ unitPrice = 0 } = {}] = order.items;
  return {
    shows,
    ...ended,
    ...(problem !== undefined && {
      isRight: false,
      found: `SHIPPED, but its shipment is not cancelled: ${problem}`,
    }),
    leaves: [
      `the execution ${ended.execution}, its records of payment and reservation, and its confirmation on the topic`,
      `a payment of ${money(unitPrice, order.currency)} in Stripe’s test mode`,
      problem === undefined
        ? 'on the fulfilment queue a PICK and the CANCEL that takes it back, until a consumer has them'
        : 'on the fulfilment queue a PICK, to “SMOKE TEST: DO NOT SHIP”',
    ],
  };
}

const isShipped = ({ status }: Ended): boolean =>
  status?.status === 'SUCCEEDED' && status.output.outcome === 'SHIPPED';

type Ended = Pick<Check, 'expected' | 'found' | 'execution' | 'seconds' | 'isRight'> & {
  readonly executionArn?: string;
  readonly status?: WorkflowStatus;
};

/** Starts the order, and waits for its end. An error of a call is a result too. */
async function run(smoke: Smoke, order: OrderInput, expected: string): Promise<Ended> {
  const { cloud, io, timeout } = smoke;
  const began = Date.now();
  const ended = { expected, execution: `order-${order.orderId}` };
  const result = (found: string, more: Partial<Ended> = {}): Ended => ({
    ...ended,
    found,
    seconds: (Date.now() - began) / 1000,
    isRight: found === expected,
    ...more,
  });
  try {
    const client = createWorkflowClient({
      orderStateMachineArn: await stateMachineArn(cloud, 'order'),
      sfn: cloud.sfn,
    });
    const { executionArn } = await client.startOrderWorkflow(order);
    io.err(`${ended.execution} runs; it has ${timeout} s to be ${expected}`);
    let status = await client.getWorkflowStatus(executionArn);
    while (isRunning(status) && Date.now() - began < timeout * 1000) {
      await io.interruptible((signal) => io.sleep(POLL_MILLISECONDS, signal));
      status = await client.getWorkflowStatus(executionArn);
    }
    return result(outcomeOf(status, timeout), { executionArn, status });
  } catch (error) {
    if (error instanceof Error && error.name === 'Interrupted') {
      io.err(`${ended.execution} goes on by itself, and nobody cancels its shipment, if it has one`);
      throw error;
    }
    return result(explain(error).message);
  }
}

const isRunning = ({ status }: WorkflowStatus) => status === 'RUNNING' || status === 'PENDING_REDRIVE';

function outcomeOf(state: WorkflowStatus, timeout: number): string {
  if (isRunning(state)) return `still running after ${timeout} s`;
  if (state.status !== 'SUCCEEDED') {
    const why = 'error' in state ? `: ${plain(state.error)}` : '';
    return `${state.status}${why}`;
  }
  const { output } = state;
  return 'notified' in output && output.notified === false
    ? `${output.outcome}, but its topic was not told`
    : output.outcome;
}

/** @param isBack takes a piece out again, if one is there */
async function addPiece(cloud: Cloud, { isBack = false } = {}): Promise<void> {
  const dynamodb = await cloud.clients.dynamodb();
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: await cloud.output('OrderProcessing', 'InventoryTableName'),
      Key: { sku: { S: SKU } },
      UpdateExpression: 'ADD available :change',
      ...(isBack && { ConditionExpression: 'available > :none' }),
      ExpressionAttributeValues: {
        ':change': { N: isBack ? '-1' : '1' },
        ...(isBack && { ':none': { N: '0' } }),
      },
    }),
  );
}

/** Takes the piece out of stock again that an order did not take, and says what is left of the order. */
async function withoutShipment({ cloud }: Smoke, { execution, status }: Ended): Promise<string[]> {
  const isOpen = status !== undefined && (isRunning(status) || ('undone' in status && !status.undone));
  if (isOpen) return [`the execution ${execution}, which is not over, and what it has done so far`];
  const left = status ? [`the execution ${execution}, which is undone`] : [];
  try {
    await addPiece(cloud, { isBack: true });
    return left;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return left;
    return [...left, `a piece of ${SKU} in stock, which could not be taken out: ${explain(error).message}`];
  }
}

/** As the order's own compensation does. @returns what went wrong */
async function cancelShipment(
  { cloud }: Smoke,
  { execution, executionArn = '' }: Ended,
): Promise<string | undefined> {
  try {
    const timeline = await readTimeline(cloud, { name: execution, arn: executionArn });
    const plan = await planUndoing(cloud, executionArn, timeline);
    const cancel = plan.find(({ state }) => state === 'CancelShipment');
    if (!cancel) return 'its definition has no CancelShipment';
    await undo(cancel, { lambda: await cloud.clients.lambda(), dynamodb: await cloud.clients.dynamodb() });
    return undefined;
  } catch (error) {
    return explain(error).message;
  }
}
