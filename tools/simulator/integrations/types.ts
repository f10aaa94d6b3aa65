// Service integrations, and the context in which they run.
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
  /** The role with whose credentials every call is made: the state machine's, or that of the state's Credentials. */
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
  /** An operation of the Step Functions API, with the members of its request; undefined when there is none. */
  stepFunctions(
    operation: string,
  ): ((request: Record<string, unknown>) => Promise<Record<string, unknown>>) | undefined;
  /** EventBridge's PutEvents. The caller checks the role's permission first. */
  putEvents(request: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** EventBridge's description of a connection. Step Functions itself calls it, so the role needs no permission. */
  describeConnection(name: string): Promise<Record<string, unknown>>;
  /** What EventBridge does to a connection whose credentials an endpoint refuses. */
  deauthorizeConnection(name: string): Promise<unknown>;
  /** Settles as the work does, or as the first SendTask… call with the task's token says. */
  answerByToken(call: TaskCall, token: string, work: () => Promise<unknown>): Promise<unknown>;
}

/** Returns a task's result, or throws a TaskFailure. */
export type Integration = (call: TaskCall, context: IntegrationContext) => Promise<unknown>;

/**
 * Keyed by the part of the Resource after `arn:aws:states:::`, without `.waitForTaskToken`; `aws-sdk:<service>:*` for a
 * whole service; `lambda:function` for a task whose Resource is a function's ARN.
 */
export type Integrations = Readonly<Record<string, Integration>>;
