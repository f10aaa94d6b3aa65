export { IdempotencyConflict, InvalidId } from './errors';
export type { StartedExecution } from './start';
export type { ExecutionState } from './status';
export type { Address, OrderInput, OrderLine, OrderOutcome, Problem } from './types';
export {
  createWorkflowClient,
  type StartOptions,
  type WorkflowClient,
  type WorkflowClientProps,
  type WorkflowStatus,
} from './workflow-client';
