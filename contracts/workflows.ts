// The workflows that people start: one line for each, from which names, choices and help texts follow.

export const workflows = {
  order: {
    id: 'orderId',
    stack: 'OrderProcessing',
    output: 'StateMachineArn',
    definition: 'order-processing',
  },
  onboarding: {
    id: 'userId',
    stack: 'SaasOnboarding',
    output: 'StateMachineArn',
    definition: 'saas-onboarding',
  },
  // Named after the content of its file, hence without an id.
  import: {
    id: undefined,
    stack: 'OrderProcessing',
    output: 'BulkOrdersStateMachineArn',
    definition: 'bulk-orders',
  },
  reconcile: {
    id: undefined,
    stack: 'Reconciliation',
    output: 'StateMachineArn',
    definition: 'reconciliation',
  },
} as const satisfies Record<string, WorkflowEntry>;

/** What an execution's name begins with, up to the first hyphen. */
export type WorkflowName = keyof typeof workflows;

/** A workflow whose executions are named after an id in their input. */
export type NamedById = {
  [Name in WorkflowName]: (typeof workflows)[Name]['id'] extends string ? Name : never;
}[WorkflowName];

/** A stack that has outputs which clients need. */
export type StackName = (typeof workflows)[WorkflowName]['stack'] | 'Customers';

interface WorkflowEntry {
  /** The field of the input that names its executions. */
  readonly id: string | undefined;
  /** Without the stage's prefix. */
  readonly stack: string;
  /** The stack output that holds the state machine's ARN. */
  readonly output: string;
  /** Its file in statemachines/, without `.asl.json`. */
  readonly definition: string;
}

export const workflowNames = Object.keys(workflows).filter(isWorkflowName);

export const namesById = workflowNames.filter(isNamedById);

function isWorkflowName(name: string): name is WorkflowName {
  return Object.hasOwn(workflows, name);
}

function isNamedById(name: WorkflowName): name is NamedById {
  return workflows[name].id !== undefined;
}

/** The workflow that an execution of this name belongs to: `order-A1_2` is an `order`. */
export function workflowOf(executionName: string): WorkflowName | undefined {
  const [name = '', ...rest] = executionName.split('-');
  return rest.length > 0 && isWorkflowName(name) ? name : undefined;
}
