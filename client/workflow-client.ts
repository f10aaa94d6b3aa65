// What an application uses to start a workflow and to ask how it goes.

import { SFNClient } from '@aws-sdk/client-sfn';
import { executionArn, executionName } from '../contracts/names';
import type { OnboardingOutcome, OrderInput, OrderOutcome, SignupInput } from '../contracts/types';
import type { NamedById } from '../contracts/workflows';
import { type StartedExecution, startOnce } from './start';
import { describeExecution, type ExecutionState } from './status';

export interface WorkflowClientProps {
  /** The stack output `StateMachineArn` of OrderProcessing. @default orders cannot be started or asked for */
  readonly orderStateMachineArn?: string | undefined;
  /** The same of SaasOnboarding. @default signups cannot be started or asked for */
  readonly onboardingStateMachineArn?: string | undefined;
  /** @default a client of the environment's Region and credentials, with short timeouts: see `createSfnClient` */
  readonly sfn?: SFNClient;
}

export interface StartOptions {
  /**
   * 2 or more tries again what ended: a declined order with another card, or a failed one.
   * @default 1
   */
  readonly attempt?: number;
}

/** Tells the two workflows apart by `workflow`, how they ended by `status`, and what came of it by `output.outcome`. */
export type WorkflowStatus =
  | ({ readonly workflow: 'order' } & ExecutionState<OrderOutcome>)
  | ({ readonly workflow: 'onboarding' } & ExecutionState<OnboardingOutcome>);

export interface WorkflowClient {
  /**
   * Starts the processing of an order, once: called again with the same order it answers with the same execution,
   * also when that has ended. The order is checked by the workflow itself (outcome REJECTED).
   *
   * @throws IdempotencyConflict when this attempt was started with another order
   * @throws InvalidId when the order's id cannot be part of a name
   */
  startOrderWorkflow(order: OrderInput, options?: StartOptions): Promise<StartedExecution>;

  /** The same for a signup and its user's id. */
  startOnboardingWorkflow(signup: SignupInput, options?: StartOptions): Promise<StartedExecution>;

  /** @throws the SDK's ExecutionDoesNotExist; Error when the ARN is of another state machine than this client's */
  getWorkflowStatus(executionArn: string): Promise<WorkflowStatus>;
}

export function createWorkflowClient(props: WorkflowClientProps): WorkflowClient {
  const sfn = props.sfn ?? createSfnClient();
  const machines: Record<NamedById, string | undefined> = {
    order: props.orderStateMachineArn,
    onboarding: props.onboardingStateMachineArn,
  };

  const machineOf = (workflow: NamedById): string => {
    const arn = machines[workflow];
    if (arn === undefined) throw new Error(`createWorkflowClient was given no ${workflow}StateMachineArn`);
    return arn;
  };

  const start = (workflow: NamedById, id: unknown, input: unknown, { attempt }: StartOptions = {}) =>
    startOnce(sfn, {
      stateMachineArn: machineOf(workflow),
      name: executionName(workflow, id, attempt),
      input,
    });

  return {
    startOrderWorkflow: async (order, options) => start('order', order.orderId, order, options),

    startOnboardingWorkflow: async (signup, options) => start('onboarding', signup.userId, signup, options),

    getWorkflowStatus: async (arn) => {
      const isOf = (machine: string | undefined) =>
        machine !== undefined && executionArn(machine, arn.split(':').at(-1) ?? '') === arn;
      if (isOf(machines.order))
        return { workflow: 'order', ...(await describeExecution<OrderOutcome>(sfn, arn)) };
      if (isOf(machines.onboarding)) {
        return { workflow: 'onboarding', ...(await describeExecution<OnboardingOutcome>(sfn, arn)) };
      }
      throw new Error(`${arn} is not an execution of a state machine that createWorkflowClient was given`);
    },
  };
}

/**
 * An SDK client for a caller who waits. Starting is idempotent by name, so every call may be retried; four tries
 * of at most 1 s to connect and 5 s to answer end within API Gateway's 29 s, throttling's back-off included.
 */
function createSfnClient(): SFNClient {
  return new SFNClient({
    maxAttempts: 4,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
}
