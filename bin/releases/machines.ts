// Finds a stage's state machines and functions.

import { machineArn } from '../../contracts/names';
import { type StackName, workflowNames, workflows } from '../../contracts/workflows';
import { CliError } from '../cli/errors';
import type { Stacks } from '../cli/stacks';
import { plain } from '../terminal/text';

export interface Machine {
  /** `order`, as people type it; `payment-review` for one that only another workflow starts. */
  readonly name: string;
  /** Without version or alias. */
  readonly arn: string;
  readonly stack: StackName;
}

/** The stacks that have workflows. */
const workflowStacks: readonly StackName[] = [...new Set(workflowNames.map((name) => workflows[name].stack))];

/** Those that people start come first. @throws CliError when a stack is not there */
export async function findMachines(stacks: Pick<Stacks, 'output' | 'resources'>): Promise<Machine[]> {
  const started = await Promise.all(
    workflowNames.map(async (name): Promise<Machine> => {
      const { stack, output } = workflows[name];
      return { name, arn: machineArn(await stacks.output(stack, output)), stack };
    }),
  );
  const known = new Set(started.map(({ arn }) => arn));
  const all = await resourcesOf(stacks, 'AWS::StepFunctions::StateMachine');
  return [
    ...started,
    ...all
      .filter(({ physicalId }) => !known.has(physicalId))
      .map(({ id, physicalId, stack }) => ({ name: nameOf(id), arn: physicalId, stack })),
  ];
}

/** `payment-review` of `PaymentReviewWorkflowStateMachine9E9588CE`. */
const nameOf = (logicalId: string): string =>
  logicalId
    .replace(/(Workflow)?StateMachine[0-9A-F]{8}$/, '')
    .replace(/\B[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();

/** The resources of one type in the stacks that have workflows. @throws CliError when a stack is not there */
export async function resourcesOf(stacks: Pick<Stacks, 'resources'>, type: string) {
  const found = await Promise.all(
    workflowStacks.map(async (stack) =>
      (await stacks.resources(stack)).map((resource) => ({ ...resource, stack })),
    ),
  );
  return found.flat().filter((resource) => resource.type === type);
}

/** @throws CliError with exit code 2 that names the machines when none has this name */
export function machineNamed(machines: readonly Machine[], name: string): Machine {
  const found = machines.find((machine) => machine.name === name);
  if (found) return found;
  const names = machines.map((machine) => machine.name).join(', ');
  throw new CliError(`There is no workflow ${plain(name)}. Allowed choices are ${names}.`, 2);
}
