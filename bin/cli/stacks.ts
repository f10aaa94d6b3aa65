// Reads a stage's stacks: their outputs, their resources, and how they stand.

import {
  type CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { stackName } from '../../contracts/stacks';
import type { StackName } from '../../contracts/workflows';
import type { StageName } from '../../lib/stages';
import { CliError } from './errors';

export interface StackResource {
  /** Its logical id. */
  readonly id: string;
  /** `AWS::Lambda::Function`. */
  readonly type: string;
  /** Its name or ARN, whichever CloudFormation knows it by. */
  readonly physicalId: string;
}

/** Each throws a CliError that says what to do when the stack is not there. */
export interface Stacks {
  /** The value of a stack's output. @throws CliError also when the output is not there */
  output(stack: StackName, name: string): Promise<string>;
  resources(stack: StackName): Promise<StackResource[]>;
  /** As it is now: `UPDATE_COMPLETE`, `UPDATE_IN_PROGRESS`, … */
  status(stack: StackName): Promise<string>;
}

export function stacksOf(client: CloudFormationClient, stage: StageName): Stacks {
  const described = (name: string) =>
    explainingAbsence(name, stage, async () => {
      const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
      return Stacks[0];
    });
  const outputs = new Map<string, Promise<Map<string, string>>>();
  const outputsOf = (name: string) => {
    const known = outputs.get(name) ?? described(name).then(valuesOf);
    outputs.set(name, known);
    return known;
  };

  return {
    output: async (stack, name) => {
      const value = (await outputsOf(stackName(stage, stack))).get(name);
      if (value === undefined) {
        throw new CliError(
          `The stack ${stackName(stage, stack)} has no output ${name}: deploy its present version first.`,
        );
      }
      return value;
    },
    resources: (stack) => {
      const name = stackName(stage, stack);
      return explainingAbsence(name, stage, () => listResources(client, name));
    },
    status: async (stack) => String((await described(stackName(stage, stack)))?.StackStatus),
  };
}

/** @param name as deployed */
export async function listResources(client: CloudFormationClient, name: string): Promise<StackResource[]> {
  const found: StackResource[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client },
    { StackName: name },
  )) {
    for (const {
      LogicalResourceId: id = '',
      ResourceType: type = '',
      PhysicalResourceId: physicalId,
    } of StackResourceSummaries)
      if (physicalId) found.push({ id, type, physicalId });
  }
  return found;
}

const valuesOf = (stack: Stack | undefined) =>
  new Map(stack?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const));

/** Runs a call about a stack. @throws CliError that says how to deploy the stack when it does not exist */
async function explainingAbsence<T>(stack: string, stage: StageName, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) {
      const deploy = stage === 'local' ? 'npm start' : `npm run deploy -- -c stage=${stage}`;
      throw new CliError(`There is no stack ${stack} here. Deploy it first: ${deploy}`);
    }
    throw error;
  }
}
