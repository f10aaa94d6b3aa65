// Deploys an assembly stack by stack: CloudFormation says what it would do (a change set), that is shown, and then done.
// A stack's change set can only be made when those that it needs are deployed, hence one after the other.

import {
  type Change,
  DescribeChangeSetCommand,
  type DescribeChangeSetOutput,
} from '@aws-sdk/client-cloudformation';
import { lasting } from '../../lib/resources/lasting';
import { table } from '../terminal/table';
import type { AssembledStack } from './assembly';
import type { Aws } from './aws';
import { rollbackTriggers } from './triggers';

export interface Deploying {
  readonly aws: Pick<Aws, 'cloudFormation'>;
  /** Runs cdk. Returns its exit code. */
  readonly cdk: (...args: readonly string[]) => number;
  /** Shows it to whoever watches, and keeps it for whoever looks later. */
  readonly say: (text: string) => void;
}

export interface Options {
  /** For each call of cdk: `-c stage=dev --app assembly/dev`. */
  readonly passed: readonly string[];
  /** Whether a change set may remove or replace what holds data, executions or subscriptions. */
  readonly allowsLoss: boolean;
  /** Whether the stack's alarms take a deployment back. */
  readonly hasTriggers: boolean;
}

/** What cdk calls a change set that it is not told to call otherwise. It replaces the one before. */
const CHANGE_SET = 'cdk-deploy-change-set';

/** @param stacks each after those that it needs @returns the exit code: at the first stack that fails, it stops */
export async function deployByChangeSets(
  stacks: readonly AssembledStack[],
  { aws, cdk, say }: Deploying,
  { passed, allowsLoss, hasTriggers }: Options,
): Promise<number> {
  for (const stack of stacks) {
    const deploy = (method: string, ...more: readonly string[]) =>
      cdk('deploy', stack.id, '--exclusively', '--method', method, ...passed, ...more);
    const triggers = await rollbackTriggers(aws, stack, hasTriggers);
    const prepared = deploy('prepare-change-set', '--require-approval', 'never', ...triggers);
    if (prepared !== 0) return prepared;

    const changeSet = await describe(aws, stack.name);
    if (changeSet.Status === 'FAILED') {
      // cdk has told every other failure.
      say(`### ${stack.name}\n\nNothing changes.\n`);
      continue;
    }
    const changes = changeSet.Changes ?? [];
    say(`### ${stack.name}\n\n\`\`\`\n${shown(changes)}\n\`\`\`\n`);
    const losses = allowsLoss ? [] : changes.filter(isLoss);
    if (losses.length > 0) {
      const ids = losses.map(({ ResourceChange }) => ResourceChange?.LogicalResourceId).join(', ');
      say(
        `${stack.name} stays as it was: ${ids} would be removed or replaced, with all that it holds. ` +
          'What to do first: docs/runbook.md, "Before a machine is replaced or deleted". Then say --allow-loss.\n',
      );
      return 1;
    }
    const executed = deploy('execute-change-set');
    if (executed !== 0) return executed;
  }
  return 0;
}

async function describe(
  { cloudFormation }: Pick<Aws, 'cloudFormation'>,
  StackName: string,
): Promise<DescribeChangeSetOutput> {
  const page = (NextToken?: string) =>
    cloudFormation.send(new DescribeChangeSetCommand({ StackName, ChangeSetName: CHANGE_SET, NextToken }));
  const first = await page();
  const changes = [...(first.Changes ?? [])];
  for (let next = first.NextToken; next; ) {
    const { Changes = [], NextToken } = await page(next);
    changes.push(...Changes);
    next = NextToken;
  }
  return { ...first, Changes: changes };
}

const isLoss = ({ ResourceChange }: Change): boolean =>
  lasting.has(ResourceChange?.ResourceType ?? '') &&
  (ResourceChange?.Action === 'Remove' || ResourceChange?.Replacement === 'True');

/** What is lost stands first. */
function shown(changes: readonly Change[]): string {
  if (changes.length === 0) return 'Outputs, tags or descriptions only';
  const rows = [...changes]
    .sort((a, b) => Number(isLoss(b)) - Number(isLoss(a)))
    .map(({ ResourceChange: { Action, LogicalResourceId = '', ResourceType = '', Replacement } = {} }) => [
      String(Action),
      LogicalResourceId,
      ResourceType,
      { True: 'is replaced', Conditional: 'may be replaced', False: '' }[String(Replacement)] ?? '',
    ]);
  return table(rows);
}
