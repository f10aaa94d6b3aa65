/** Runs imports of order files through the real definition with the real functions, in virtual time. */
import type { BulkOrdersInput, OrderInput } from '../../contracts/types';
import { createBucket } from '../../lambda/bulk-orders/bucket';
import { createCheckFile } from '../../lambda/bulk-orders/check-file.lambda';
import { createSummarise } from '../../lambda/bulk-orders/summarise.lambda';
import { asLambda } from '../../tools/doubles/as-lambda';
import { awsError } from '../../tools/doubles/faults';
import { createS3Bucket } from '../../tools/doubles/s3';
import { createTopics } from '../../tools/doubles/sns';
import { VirtualClock } from '../../tools/simulator/clock';
import { startExecution } from '../../tools/simulator/execution';
import type { Clock, Execution, TaskCall } from '../../tools/simulator/types';
import { definitionOf } from './definitions';
import { orderInput } from './orders';
import { type FaultPlan, faultInjector, integration } from './task-faults';

const BUCKET = 'orders-to-import';
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:bulk-orders';
const KEY = 'uploads/orders.jsonl';

interface ImportOptions {
  ordersPerSecond?: number;
  toleratedFailurePercentage?: number;
  clock?: VirtualClock;
  /** Starts the order's own execution. @default none runs: what counts is that it was started */
  onStart?: (name: string, input: string) => { done(): Promise<unknown> };
}

/** A bucket, a topic and an account with its executions of order-processing. */
export function openImports(options: ImportOptions = {}) {
  const { ordersPerSecond = 10, toleratedFailurePercentage = 5 } = options;
  const clock = options.clock ?? new VirtualClock(new Date('2026-03-01T09:00:00Z'));
  const s3 = createS3Bucket(BUCKET);
  const topics = createTopics([TOPIC]);
  const orders = createStarts(clock, options.onStart);
  const bucket = createBucket({ s3: s3.client, name: BUCKET });
  const functions: Record<string, ReturnType<typeof asLambda>> = {
    CheckFileArn: asLambda(createCheckFile({ bucket, bucketName: BUCKET })),
    SummariseArn: asLambda(createSummarise({ bucket, bucketName: BUCKET })),
  };
  const definition = definitionOf('bulk-orders', {
    BulkOrdersBucket: BUCKET,
    BulkOrdersTopic: TOPIC,
    BulkOrdersPerSecond: String(ordersPerSecond),
    BulkToleratedFailurePercentage: String(toleratedFailurePercentage),
  });

  const work = async (call: TaskCall): Promise<unknown> => {
    const parameters = call.arguments as Record<string, string>;
    switch (call.resource.replace('arn:aws:states:::', '')) {
      case 'lambda:invoke':
        return { Payload: await functions[String(parameters.FunctionName)]?.(parameters.Payload) };
      case 'sns:publish':
        return integration('SNS', () =>
          topics.publish(parameters as unknown as Parameters<typeof topics.publish>[0]),
        );
      case 'aws-sdk:sfn:startExecution':
        return integration('Sfn', async () => orders.start(parameters.Name ?? '', parameters.Input ?? ''));
      case 's3:getObject':
        return integration('S3', async () => {
          await s3.call('GetObject', parameters as never);
          return s3.text(String(parameters.Key), parameters.VersionId);
        });
      case 's3:putObject':
        return integration('S3', () => s3.call('PutObject', parameters as never));
      default:
        throw new Error(`No double for ${call.resource}`);
    }
  };

  let imports = 0;

  /** Starts an import without waiting for it. */
  function start(
    input: Partial<BulkOrdersInput> | unknown[] = {},
    { faults = {}, name = `import-${++imports}` }: { faults?: FaultPlan; name?: string } = {},
  ): Execution {
    const inject = faultInjector(faults);
    return startExecution({
      definition,
      input: Array.isArray(input) ? input : { bucket: BUCKET, key: KEY, ...input },
      name,
      arn: `arn:aws:states:us-east-1:123456789012:execution:bulk-orders:${name}`,
      stateMachine: {
        name: 'bulk-orders',
        arn: 'arn:aws:states:us-east-1:123456789012:stateMachine:bulk-orders',
      },
      roleArn: 'arn:aws:iam::123456789012:role/bulk-orders',
      clock,
      seed: 7,
      task: (call) => inject(call, () => work(call)),
    });
  }

  async function finish(execution: Execution) {
    const { status, output, error, cause } = await clock.run(execution.done());
    return {
      execution,
      status,
      output: (output ?? {}) as Record<string, unknown>,
      error,
      cause,
      states: execution.events.flatMap(({ stateEnteredEventDetails: entered }) =>
        entered ? [String(entered.name)] : [],
      ),
      /** What the topic was told last. */
      summary: topics.messages(TOPIC).at(-1) as Record<string, unknown> | undefined,
    };
  }

  return {
    s3,
    topics,
    orders,
    clock,
    start,
    finish,
    run: async (...args: Parameters<typeof start>) => finish(start(...args)),
    upload: (content: string | Buffer, key = KEY): string => s3.put(key, content).VersionId,
  };
}

/** Orders A-1 to A-n. */
export const someOrders = (count: number): OrderInput[] =>
  Array.from({ length: count }, (_, index) => orderInput({ orderId: `A-${index + 1}` }));

export const jsonLines = (orders: readonly unknown[]): string =>
  orders.map((order) => `${JSON.stringify(order)}\n`).join('');

/** StartExecution of order-processing, with AWS's idempotency. */
function createStarts(clock: Clock, onStart: ImportOptions['onStart']) {
  const started = new Map<string, { input: string; at: Date; running: boolean }>();

  const end = (name: string) => {
    const execution = started.get(name);
    if (execution) execution.running = false;
  };

  return {
    started,
    /** The execution of that name is over. */
    end,
    start(name: string, input: string) {
      const earlier = started.get(name);
      if (earlier && !(earlier.running && earlier.input === input)) {
        throw awsError('ExecutionAlreadyExists', `Execution Already Exists: '${name}'`);
      }
      const execution = earlier ?? { input, at: clock.now(), running: true };
      if (!earlier) {
        started.set(name, execution);
        void onStart?.(name, input)
          .done()
          .then(() => end(name));
      }
      return {
        ExecutionArn: `arn:aws:states:us-east-1:123456789012:execution:order-processing:${name}`,
        StartDate: execution.at.toISOString(),
      };
    },
  };
}
