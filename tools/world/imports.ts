/** Runs imports of order files, in the same world as the orders that they start. */
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { BulkOrdersInput, OrderInput } from '../../contracts/types';
import { type FaultPlan, Faults } from '../doubles/faults';
import { createS3Bucket } from '../doubles/s3';
import type { Execution } from '../simulator/types';
import { arnIn, DEPLOYMENT } from './deployment';
import { functions } from './functions/bulk-orders';
import { openShop, type ShopOptions } from './order-shop';
import { orderInput, RULES } from './orders';
import { lambdasOf } from './revision';

const BUCKET = 'orders-to-import';
const KEY = 'uploads/orders.jsonl';

/** A workflow that never ends, for tests that only count started orders. */
const ENDLESS = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Order',
  States: { Order: { Type: 'Wait', Seconds: 300 * 86_400, End: true } },
});

interface ImportOptions extends Pick<ShopOptions, 'clock' | 'deployment' | 'stripe'> {
  ordersPerSecond?: number;
  toleratedFailurePercentage?: number;
  /** The stock, with which orders really run. @default orders only start, and run until a test ends them */
  stock?: Record<string, number>;
}

export function openImports({
  ordersPerSecond = 10,
  toleratedFailurePercentage = 5,
  stock,
  deployment = DEPLOYMENT,
  ...shared
}: ImportOptions = {}) {
  const faults = new Faults();
  const s3 = createS3Bucket(BUCKET, { faults });
  const shop = openShop(stock, {
    faults,
    deployment,
    ...shared,
    machines: {
      'bulk-orders': {
        BulkOrdersBucket: BUCKET,
        BulkOrdersTopic: arnIn(deployment)('sns', 'bulk-orders'),
        OrderExecutions: arnIn(deployment)('states', 'execution:order-processing'),
        BulkOrdersPerSecond: String(ordersPerSecond),
        BulkToleratedFailurePercentage: String(toleratedFailurePercentage),
      },
    },
    functions: lambdasOf('bulk-orders', functions, { s3: s3.client, bucketName: BUCKET, rules: RULES }),
    services: { s3 },
  });
  if (!stock) shop.deploy('order-processing', ENDLESS);

  let imports = 0;

  /** Starts an import without waiting for it. */
  const start = (
    input: Partial<BulkOrdersInput> | unknown[] = {},
    { faults: plan, name = `import-${++imports}` }: { faults?: FaultPlan; name?: string } = {},
  ): Execution =>
    shop.startMachine(
      'bulk-orders',
      name,
      Array.isArray(input) ? input : { bucket: BUCKET, key: KEY, ...input },
      plan,
    );

  async function finish(execution: Execution) {
    const run = await shop.finish(execution);
    /** The latest message on the topic. */
    const summary: Record<string, unknown> = Object(
      shop.world.topics.messages(shop.world.topicArns.bulkOrders).at(-1),
    );
    return { ...run, summary };
  }

  return {
    ...shop,
    s3,
    start,
    finish,
    run: async (...args: Parameters<typeof start>) => finish(start(...args)),
    upload: (content: string | Buffer, key = KEY): string => s3.put(key, content).VersionId,
    orders: {
      /** Input and start of the executions of order-processing, by name. */
      started: (): Map<string, { input: string; at: Date }> =>
        new Map(
          shop.stepFunctions
            .executions()
            .filter(({ machine }) => machine.name === 'order-processing')
            .map(({ execution, inputText }) => [
              execution.name,
              { input: inputText, at: execution.startDate },
            ]),
        ),
      /** Starts an order as an application does, with this input. */
      start: (name: string, input: string) =>
        shop.stepFunctions.client.send(
          new StartExecutionCommand({ stateMachineArn: shop.arnOf('order-processing'), name, input }),
        ),
      end: (name: string) => shop.stepFunctions.find(name)?.stop(),
    },
  };
}

/** Orders A-1 to A-n. */
export const someOrders = (count: number): OrderInput[] =>
  Array.from({ length: count }, (_, index) => orderInput({ orderId: `A-${index + 1}` }));

export const jsonLines = (orders: readonly unknown[]): string =>
  orders.map((order) => `${JSON.stringify(order)}\n`).join('');
