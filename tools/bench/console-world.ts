/** What the console shows while it is measured: a simulated cloud with an import of 10,000 orders and a long execution. */
import type { Cloud } from '../../bin/cli/cloud';
import { type WorkflowName, workflowNames, workflows } from '../../contracts/workflows';
import { fails, times } from '../doubles/faults';
import { VirtualClock } from '../simulator/clock';
import { jsonLines, openImports, someOrders } from '../world/imports';

export const ORDERS = 10_000;
const ITEMS = 150;
/** Of the long execution, when the measurement begins. */
const LEAST_EVENTS = 500;

/** Every item is tried three times, and has an input and a result of some 2 KB, as real ones have. */
const LONG = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'EachParcel',
  States: {
    EachParcel: {
      Type: 'Map',
      Items: `{% [1..${ITEMS}] %}`,
      MaxConcurrency: 4,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'SendParcel',
        States: {
          SendParcel: {
            Type: 'Task',
            Resource: 'arn:aws:states:::sns:publish',
            Arguments: { TopicArn: 'arn:aws:sns:us-east-1:000000000000:parcels', Message: 'x'.repeat(2_000) },
            Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 }],
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'LeftOut' }],
            Next: 'Pause',
          },
          Pause: { Type: 'Wait', Seconds: 1, End: true },
          LeftOut: { Type: 'Pass', End: true },
        },
      },
      Next: 'Rest',
    },
    Rest: { Type: 'Wait', Seconds: 86_400, End: true },
  },
});

export async function openConsoleWorld() {
  const imports = openImports({ ordersPerSecond: 1_000, clock: new VirtualClock(new Date()) });
  imports.upload(jsonLines(someOrders(ORDERS)));
  const { execution } = await imports.run();
  imports.deploy('order-processing', LONG);
  const faults = { SendParcel: times(100, fails('Busy', 'The carrier is busy')) };
  const long = imports.startMachine('order-processing', 'order-long', {}, faults);
  while (long.events.length < LEAST_EVENTS) await imports.clock.advance(1);
  return {
    cloud: cloudOver(imports),
    importName: execution.name,
    mapRun: execution.mapRuns[0]?.mapRunArn ?? '',
    long,
    /** Lets the long execution go on for a second of its time. */
    goOn: () => imports.clock.advance(1),
  };
}

/** The console's cloud: Step Functions and S3 of the world, and nothing else, so that no call leaves this process. */
function cloudOver({ stepFunctions, s3, arnOf }: ReturnType<typeof openImports>): Cloud {
  const missing = async () => {
    throw new Error('Not in this world.');
  };
  // Others would be asked for in vain: this one has no executions.
  const none = arnOf('payment-review');
  const machines: Record<WorkflowName, string> = {
    order: arnOf('order-processing'),
    import: arnOf('bulk-orders'),
    onboarding: none,
    reconcile: none,
  };
  return {
    stage: 'local',
    place: 'a simulated cloud',
    sfn: stepFunctions.client,
    clients: {
      dynamodb: missing,
      events: missing,
      functions: missing,
      kms: missing,
      lambda: missing,
      logs: missing,
      secrets: missing,
      sts: missing,
      s3: async () => s3.client,
    },
    functionLogs: async () => [],
    resources: async () => [],
    status: async () => 'UPDATE_COMPLETE',
    output: async (stack, name) => {
      const workflow = workflowNames.find(
        (each) => workflows[each].stack === stack && workflows[each].output === name,
      );
      return workflow ? machines[workflow] : missing();
    },
  };
}
