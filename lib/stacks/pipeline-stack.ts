/**
 * What lets GitHub deploy, without a key that lives long: its identity provider, and for each stage a role for its
 * deployments and one for the nightly look for drift. And the policy with which CloudFormation deploys: give its ARN to
 * `cdk bootstrap`, which would give it an administrator's otherwise.
 *
 * A person deploys it once to each account, as the first of all stacks (docs/deploying.md). No stage is without it.
 */
import { BootstraplessSynthesizer, CfnOutput, Duration, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import {
  type IOidcProvider,
  ManagedPolicy,
  OidcProviderNative,
  type PolicyStatement,
  Role,
  WebIdentityPrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { appName } from '../../contracts/stacks';
import {
  changing,
  changingUnderConditions,
  deploying,
  lookingForDrift,
  reading,
  smoking,
} from '../pipeline/statements';
import type { Stage } from '../stages';

/** A repository on GitHub: `gh api repos/<owner>/<name> --jq '.id, .owner.id'`. */
export interface Repository {
  readonly owner: string;
  readonly name: string;
  /** Of another repository that gets the name one day it is another. */
  readonly id: string;
  readonly ownerId: string;
}

export interface PipelineStackProps {
  readonly repository: Repository;
  /** Those of this account. */
  readonly stages: readonly Stage[];
  /** ARN of GitHub's provider, when the account has one: it can have no second. */
  readonly oidcProvider?: string;
}

const ISSUER = 'token.actions.githubusercontent.com';
/** Apart from what the pipeline itself may change, whose names begin with the app's. */
const PATH = '/pipeline/';
/** As long as a job of `deploy-stage` may run. */
const LONGEST_JOB = Duration.hours(2);

export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, { repository, stages, oidcProvider }: PipelineStackProps) {
    super(scope, id, {
      stackName: `${appName}-pipeline`,
      description: 'What lets GitHub deploy the stages of this account',
      tags: { app: appName },
      // It comes before the bootstrap, which takes its policy. (The CDK's own types disagree: undefined or absent.)
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
      terminationProtection: true,
    });
    const provider = oidcProvider
      ? OidcProviderNative.fromOidcProviderArn(this, 'GitHub', oidcProvider)
      : new OidcProviderNative(this, 'GitHub', {
          url: `https://${ISSUER}`,
          clientIds: ['sts.amazonaws.com'],
        });

    // Three, because a managed policy has 6,144 characters at most.
    const policy = (id: string, statements: PolicyStatement[]) =>
      new ManagedPolicy(this, id, { path: PATH, statements });
    const reads = policy('Reading', reading());
    const executes = [
      policy('Changing', changing()),
      policy('Guarded', changingUnderConditions(stages)),
      reads,
    ];
    for (const stage of stages) {
      const { name } = stage;
      const deploy = this.roleFor(`${name}-deploy`, name, repository, provider);
      const drift = this.roleFor(`${name}-drift`, `${name}-drift`, repository, provider);
      for (const role of [deploy, drift]) role.addManagedPolicy(reads);
      for (const statement of [...deploying(stage), ...lookingForDrift(stage), ...smoking(stage)])
        deploy.addToPolicy(statement);
      for (const statement of lookingForDrift(stage)) drift.addToPolicy(statement);
    }
    new CfnOutput(this, 'ExecutionPolicies', {
      description: 'For cdk bootstrap --cloudformation-execution-policies',
      value: executes.map(({ managedPolicyArn }) => managedPolicyArn).join(','),
    });
  }

  /** A role for jobs of this repository that run in the environment. */
  private roleFor(
    id: string,
    environment: string,
    { owner, name, ...ids }: Repository,
    provider: IOidcProvider,
  ): Role {
    const role = new Role(this, id, {
      path: PATH,
      maxSessionDuration: LONGEST_JOB,
      assumedBy: new WebIdentityPrincipal(provider.oidcProviderArn, {
        StringEquals: {
          [`${ISSUER}:aud`]: 'sts.amazonaws.com',
          [`${ISSUER}:repository_id`]: ids.id,
          [`${ISSUER}:repository_owner_id`]: ids.ownerId,
          // Repositories have the one form or the other, by when they were made, renamed or moved.
          [`${ISSUER}:sub`]: [
            `repo:${owner}/${name}:environment:${environment}`,
            `repo:${owner}@${ids.ownerId}/${name}@${ids.id}:environment:${environment}`,
          ],
        },
      }),
    });
    new CfnOutput(this, `${id}-RoleArn`, {
      description: `AWS_ROLE_ARN of the environment ${environment}`,
      value: role.roleArn,
    });
    return role;
  }
}
