// Describes an execution in the client's types.

import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { saysUndone } from '../contracts/undone';
import { present } from './present';

/**
 * A business outcome, such as a declined card, is SUCCEEDED: see its `output.outcome`. FAILED, TIMED_OUT and
 * ABORTED mean that a person must look; an alarm tells them. `undone` says what to tell the customer: true when
 * nothing is left of the attempt and the next one may start; false when it stopped half-way and a person will finish
 * or undo it.
 */
export type ExecutionState<Outcome> = {
  readonly executionArn: string;
  readonly name: string;
  readonly startedAt: Date;
} & (
  | { readonly status: 'RUNNING' | 'PENDING_REDRIVE' }
  | { readonly status: 'SUCCEEDED'; readonly endedAt: Date; readonly output: Outcome }
  | {
      readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
      readonly endedAt: Date;
      readonly undone: boolean;
      /** Name of the error, such as `TemporaryFailure`. */
      readonly error?: string;
      /** What the error said: a sentence, or JSON with the state and its cause. */
      readonly cause?: string;
    }
);

/** @throws the SDK's errors, such as ExecutionDoesNotExist */
export async function describeExecution<Outcome>(sfn: SFNClient, executionArn: string) {
  return executionState<Outcome>(await sfn.send(new DescribeExecutionCommand({ executionArn })));
}

function executionState<Outcome>(described: DescribeExecutionCommandOutput): ExecutionState<Outcome> {
  const executionArn = present(described.executionArn);
  const status = present(described.status);
  const base = { executionArn, name: present(described.name), startedAt: present(described.startDate) };
  switch (status) {
    case 'RUNNING':
    case 'PENDING_REDRIVE':
      return { ...base, status };
    case 'SUCCEEDED':
      return {
        ...base,
        status,
        endedAt: present(described.stopDate),
        output: JSON.parse(present(described.output)),
      };
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED': {
      const { error, cause } = described;
      return {
        ...base,
        status,
        endedAt: present(described.stopDate),
        undone: saysUndone(cause),
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      };
    }
  }
}
