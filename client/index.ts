export { InvalidId } from '../contracts/names';
export type {
  Address,
  OnboardingOutcome,
  OrderContents,
  OrderInput,
  OrderLine,
  OrderOutcome,
  OrderPayment,
  Plan,
  Problem,
  SignupInput,
} from '../contracts/types';
export { IdempotencyConflict, InputTooLarge } from './errors';
export type { StartedExecution } from './start';
export type { ExecutionState } from './status';
export {
  createWorkflowClient,
  type StartOptions,
  type WorkflowClient,
  type WorkflowClientProps,
  type WorkflowStatus,
} from './workflow-client';
