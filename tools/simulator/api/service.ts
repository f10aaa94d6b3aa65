// What the operations of the API work on.
import type { Callbacks } from './callbacks';
import type { Executions } from './executions';
import type { Request } from './protocol';
import type { DescribeStateMachine } from './state-machines';

export interface Service {
  describeStateMachine: DescribeStateMachine;
  executions: Executions;
  callbacks: Callbacks;
}

/** Answers one request: the response's members, or an ApiError thrown. */
export type Operation = (request: Request, service: Service) => unknown;
