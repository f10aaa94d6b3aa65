// How a shop uses the client, in a Lambda function or a server. Outside this repository the import reads
// `from 'step-functions-workflows-client'`.

import { createWorkflowClient, IdempotencyConflict, type OrderContents, type OrderPayment } from './index';

// The ARN is the stack output StateMachineArn of OrderProcessing.
const workflows = createWorkflowClient({ orderStateMachineArn: process.env.ORDER_STATE_MACHINE_ARN });

/** A second call, after a double click or a retry, returns the same execution: the order runs once. */
export async function placeOrder(
  order: OrderContents,
  payment: OrderPayment,
): Promise<{ executionArn: string } | { problem: string }> {
  try {
    const { executionArn } = await workflows.startOrderWorkflow({ ...order, ...payment });
    return { executionArn };
  } catch (error) {
    if (error instanceof IdempotencyConflict)
      return { problem: 'This order was placed before, with other contents.' };
    throw error;
  }
}

/** After PAYMENT_DECLINED: the same order, paid otherwise, without waiting for anything. */
export const payOtherwise = (order: OrderContents, payment: OrderPayment, attempt: number) =>
  workflows.startOrderWorkflow({ ...order, ...payment }, { attempt });

/** What the customer is told. */
export async function describeOrder(executionArn: string): Promise<string> {
  const status = await workflows.getWorkflowStatus(executionArn);
  if (status.workflow !== 'order') return 'This is not an order.';
  switch (status.status) {
    case 'RUNNING':
    case 'PENDING_REDRIVE':
      return 'Your order is being processed.';
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED':
      return status.undone
        ? 'Your order was not placed, and you are not charged. Please order again.'
        : 'Something went wrong on our side. We are looking into it.';
    case 'SUCCEEDED':
      break;
  }
  const { output } = status;
  switch (output.outcome) {
    case 'SHIPPED':
      return 'Your order is on its way.';
    case 'REJECTED':
      return `Please check: ${output.problems.map(({ path, message }) => `${path} ${message}`).join(', ')}`;
    default:
      return output.reason;
  }
}
