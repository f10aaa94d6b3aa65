export { IdempotencyConflict, InvalidId } from './errors';
export type { StartedExecution } from './start';
export type { ExecutionState } from './status';
export type {
  Address,
  OnboardingOutcome,
  OrderInput,
  OrderLine,
  OrderOutcome,
  Plan,
  Problem,
  SignupInput,
} from './types';
export {
  createWorkflowClient,
  type StartOptions,
  type WorkflowClient,
  type WorkflowClientProps,
  type WorkflowStatus,
} from './workflow-client';
