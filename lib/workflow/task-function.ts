/**
 * A Lambda function that a workflow calls: a bundled `*.lambda.ts` file with a role and a log group of its own.
 */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { LIVE } from '../../contracts/names';
import { StageStack } from '../stage-stack';
import type { Bindings } from './bindings';
import { bundled } from './bundle';

export interface TaskFunctionProps {
  /** The handler's file below lambda/, without `.lambda.ts`: `order-processing/charge-card`. */
  readonly entry: string;
  /** The function's timeout, which must be below the TimeoutSeconds of the states that call it. */
  readonly timeoutSeconds: number;
  /** Lambda gives CPU in proportion to memory. */
  readonly memoryMB: number;
  /**
   * Whether it undoes what an order or a signup has done. The stage may keep concurrency for it, so that undoing does
   * not wait behind the functions that go forward. @default false
   */
  readonly undoes?: boolean;
  /** Environment variables, each with the permission that it needs. @default none */
  readonly environment?: Bindings;
}

export class TaskFunction extends LambdaFunction {
  /** As in its props. */
  readonly entry: string;
  /** As in its props. */
  readonly timeoutSeconds: number;
  private alias: Alias | undefined;
  readonly callsStripe: boolean;

  constructor(scope: Construct, id: string, props: TaskFunctionProps) {
    const { stage, removalPolicy } = StageStack.of(scope);
    const [workflow = props.entry] = props.entry.split('/');
    const environment = Object.entries(props.environment ?? {});
    const logGroup = new LogGroup(scope, `${id}Logs`, { retention: stage.logs.retentionDays, removalPolicy });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);

    super(scope, id, {
      code: bundled(props.entry),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMB,
      ...(props.undoes &&
        stage.undoing && { reservedConcurrentExecutions: stage.undoing.reservedConcurrency }),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel[stage.logs.lambda],
      tracing: Tracing.ACTIVE,
      // Executions that run call earlier versions; `workflows releases prune` deletes those that nothing calls.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        POWERTOOLS_SERVICE_NAME: workflow,
        ...Object.fromEntries(environment.map(([name, { value }]) => [name, value])),
      },
    });

    this.entry = props.entry;
    this.timeoutSeconds = props.timeoutSeconds;
    this.callsStripe = environment.some(([name]) => name === 'STRIPE_ENDPOINT');
    for (const [, binding] of environment) binding.grantTo?.(this);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray has no resources to narrow PutTraceSegments and PutTelemetryRecords to.',
    });
  }
  /** The alias that points to the version of the latest deployment. */
  get live(): Alias {
    this.alias ??= this.addAlias(LIVE);
    return this.alias;
  }
}
