// What the operations of the API need.
import type { Callbacks } from './callbacks';
import type { Executions } from './executions';
import type { Request } from './protocol';
import type { DescribeStateMachine } from './state-machines';

export interface Service {
  describeStateMachine: DescribeStateMachine;
  executions: Executions;
  callbacks: Callbacks;
}

/** Returns the response's members, or throws an ApiError. */
export type Operation = (request: Request, service: Service) => unknown;
