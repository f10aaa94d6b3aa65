// Starts workflows and reads their status: what an application uses.

import { SFNClient } from '@aws-sdk/client-sfn';
import { executionArn, executionName } from '../contracts/names';
import type { OnboardingOutcome, OrderInput, OrderOutcome, SignupInput } from '../contracts/types';
import { type NamedById, namesById } from '../contracts/workflows';
import { type StartedExecution, startOnce } from './start';
import { describeExecution, type ExecutionState } from './status';

export interface WorkflowClientProps {
  /**
   * The stack output `StateMachineArn` of OrderProcessing: its alias `live`, so that each start gets what is released.
   *
   * @default the client refuses calls about orders
   */
  readonly orderStateMachineArn?: string | undefined;
  /** The same of SaasOnboarding. @default the client refuses calls about signups */
  readonly onboardingStateMachineArn?: string | undefined;
  /** @default a client of the environment's Region and credentials, with short timeouts: see `createSfnClient` */
  readonly sfn?: SFNClient;
}

export interface StartOptions {
  /**
   * 2 or more starts another attempt after one that ended: a declined order with another card, or a failed order.
   * @default 1
   */
  readonly attempt?: number;
}

/** `workflow` says which of the two it is, `status` how it ended, and `output.outcome` with which result. */
export type WorkflowStatus =
  | ({ readonly workflow: 'order' } & ExecutionState<OrderOutcome>)
  | ({ readonly workflow: 'onboarding' } & ExecutionState<OnboardingOutcome>);

export interface WorkflowClient {
  /**
   * Starts the processing of an order, once: a second call with the same order returns the same execution, even
   * when that has ended. The workflow itself validates the order (outcome REJECTED).
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
      const workflow = namesById.find((name) => isOf(machines[name]));
      switch (workflow) {
        case 'order':
          return { workflow, ...(await describeExecution<OrderOutcome>(sfn, arn)) };
        case 'onboarding':
          return { workflow, ...(await describeExecution<OnboardingOutcome>(sfn, arn)) };
        case undefined:
          throw new Error(
            `${arn} is not an execution of a state machine that createWorkflowClient was given`,
          );
      }
    },
  };
}

/**
 * An SDK client for a caller who waits. Starts are idempotent by name, so every call may be retried. Four tries,
 * each of at most 1 s to connect and 5 s to answer, end within API Gateway's 29 s, backoff included.
 */
function createSfnClient(): SFNClient {
  return new SFNClient({
    maxAttempts: 4,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
}
