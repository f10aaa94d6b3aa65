// Where a deployment would go: whose account, which Region, and whether the stacks there are ours.

import { DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { appName } from '../../contracts/stacks';
import { exampleAccount, type Stage } from '../../lib/stages';
import type { Aws } from './aws';
import { type Finding, failureOf, unseen } from './finding';

/** Nothing else can be looked at while this is refused. */
export async function lookAtAccount({ sts }: Pick<Aws, 'sts'>, stage: Stage): Promise<Finding> {
  const check = 'account';
  let account: string;
  let region: string;
  try {
    [account, region] = await Promise.all([
      sts.send(new GetCallerIdentityCommand({})).then(({ Account = '' }) => Account),
      sts.config.region(),
    ]);
  } catch (error) {
    return { check, verdict: 'refused', ...adviceFor(error) };
  }
  const here = `${account} in ${region}`;
  const { name } = stage;
  const aws = stage.aws?.account === exampleAccount ? undefined : stage.aws;
  if (aws && (aws.account !== account || aws.region !== region)) {
    return {
      check,
      verdict: 'refused',
      found: `you are in ${here}; ${name} belongs to ${aws.account} in ${aws.region} (lib/stages.ts)`,
      remedy: 'name the right profile: --profile <name>, or set AWS_PROFILE and AWS_REGION',
    };
  }
  if (aws) return { check, verdict: 'ok', found: `${here}, as lib/stages.ts says` };
  const setting = `aws: { account: '${account}', region: '${region}' }`;
  return name === 'prod'
    ? {
        check,
        verdict: 'refused',
        found: `${here}; lib/stages.ts does not say that prod belongs there`,
        remedy: `if it does, give prod in lib/stages.ts: ${setting}`,
      }
    : { check, verdict: 'ok', found: `${here} (to hold ${name} to it: ${setting})` };
}

/** What to do for someone whom AWS does not know. */
function adviceFor(error: unknown): { found: string; remedy: string } {
  const { name, message } = failureOf(error);
  if (/region is missing/i.test(message)) {
    return {
      found: 'no AWS Region is set',
      remedy: 'set AWS_REGION, or name a profile that has one: --profile <name>',
    };
  }
  if (/^(Error|TimeoutError)$/.test(name)) {
    return {
      found: `could not reach AWS: ${message}`,
      remedy: 'check the network and the Region, then try again',
    };
  }
  return {
    found: `AWS does not know you: ${name}: ${message}`,
    remedy: 'sign in (aws sso login), or name a profile: --profile <name>',
  };
}

/** @param names as deployed */
export async function lookAtStacks(
  { cloudFormation }: Pick<Aws, 'cloudFormation'>,
  stage: Stage,
  names: readonly string[],
): Promise<Finding[]> {
  const check = 'stacks';
  try {
    const stacks = (await Promise.all(names.map((name) => stackNamed({ cloudFormation }, name)))).flat();
    const problems = stacks.flatMap((stack) => problemOf(stack, stage));
    if (problems.length > 0) return problems.map((problem) => ({ check, verdict: 'refused', ...problem }));
    const found = stacks.length > 0 ? `${stacks.length} of ${names.length} are there, and ours` : 'none yet';
    return [{ check, verdict: 'ok', found }];
  } catch (error) {
    return [unseen(check, 'cloudformation:DescribeStacks', error)];
  }
}

/** None or one. */
export async function stackNamed(
  { cloudFormation }: Pick<Aws, 'cloudFormation'>,
  name: string,
): Promise<Stack[]> {
  try {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks;
  } catch (error) {
    if (failureOf(error).message.includes('does not exist')) return [];
    throw error;
  }
}

function problemOf({ StackName = '', StackStatus, Tags = [] }: Stack, stage: Stage) {
  const status = String(StackStatus);
  const tag = (key: string) => Tags.find(({ Key }) => Key === key)?.Value;
  if (tag('app') !== appName || tag('stage') !== stage.name) {
    return {
      found: `${StackName} is there, and not this project's: it lacks the tags app=${appName}, stage=${stage.name}`,
      remedy:
        'deploy to another account, or rename this app (appName in contracts/stacks.ts): a deployment would delete what that stack has',
    };
  }
  // What a first deployment leaves that failed: cdk deletes it and begins anew.
  if (status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS') {
    return {
      found: `${StackName} is ${status}: another deployment is under way`,
      remedy: 'wait until it has ended',
    };
  }
  if (status.endsWith('_FAILED') && status !== 'UPDATE_FAILED') {
    return {
      found: `${StackName} is ${status}`,
      remedy: `look at why (console, CloudFormation, events), then: aws cloudformation ${status === 'UPDATE_ROLLBACK_FAILED' ? 'continue-update-rollback' : 'delete-stack'} --stack-name ${StackName}`,
    };
  }
  return [];
}
