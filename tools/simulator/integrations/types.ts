// What an integration is given, and what it is.
import type { Role } from '../api/role';
import type { Execution, TaskCall } from '../types';
import type { AwsClients } from './aws';
import type { HttpExchange } from './http-exchange';

export interface ChildExecution {
  execution: Execution;
  /** The members of DescribeExecution. */
  describe(): Record<string, unknown>;
}

export interface IntegrationContext {
  /** The state machine's own role: every call is made with its credentials. */
  role: Role;
  stateMachineArn: string;
  region: string;
  aws: AwsClients;
  /** Sends an HTTP Task's request. */
  exchange: HttpExchange;
  executions: {
    /** Rejects with the errors of StartExecution. */
    start(start: {
      stateMachineArn: string;
      name: string | undefined;
      input: string | undefined;
    }): Promise<ChildExecution>;
  };
  /** EventBridge's description of a connection; this is what the service does for itself, so not as the role. */
  describeConnection(name: string): Promise<Record<string, unknown>>;
  /** Waits for the SendTask… call that answers the task's token. */
  waitForCallback(call: TaskCall, submit: () => Promise<unknown>): Promise<unknown>;
}

/** Answers a task, or throws a TaskFailure. */
export type Integration = (call: TaskCall, context: IntegrationContext) => Promise<unknown>;

/**
 * By what follows `arn:aws:states:::` in the Resource, without `.waitForTaskToken`; `aws-sdk:<service>:*` for a
 * whole service; `lambda:function` for a task whose Resource is a function's ARN.
 */
export type Integrations = Readonly<Record<string, Integration>>;
