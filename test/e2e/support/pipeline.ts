/** The pipeline's stack in the local cloud, and the credentials that a job of GitHub gets from it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormation, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { type Credentials, STS } from '@aws-sdk/client-sts';
import { repository } from '../../../bin/local-cloud/paths';
import { bootstrap } from '../../../tools/local/deployment';
import { cloud } from './cloud';

export const account = '000000000000';
const issuer = 'token.actions.githubusercontent.com';
const StackName = 'workflows-pipeline';

/** Runs the CDK's program. In a process of its own, because the CDK leaves things in the global object. */
export const cdk = (words: readonly string[], environment: Readonly<Record<string, string>> = {}): string =>
  execFileSync(process.execPath, [require.resolve('aws-cdk/bin/cdk'), ...words, '--no-notices'], {
    cwd: repository,
    env: { ...cloud.environment, CDK_VALIDATION: 'false', ...environment },
    stdio: 'pipe',
    encoding: 'utf8',
  });

/** Deploys the stack and bootstraps with its policies, as a person does, when no test has yet. Returns its outputs. */
export async function pipelineStack(): Promise<Record<string, string>> {
  const cloudFormation = new CloudFormation();
  if (!(await isThere(cloudFormation))) {
    const folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
    const context = [
      'repository=shop/workflows',
      'repositoryId=123',
      'ownerId=45',
      'stages=local,dev',
      // The emulator checks no signature, so it needs no provider.
      `oidcProvider=arn:aws:iam::${account}:oidc-provider/${issuer}`,
    ].flatMap((pair) => ['-c', pair]);
    cdk(['synth', '--quiet', '--output', folder, '--app', 'node --import tsx bin/pipeline.ts', ...context]);
    await cloudFormation.createStack({
      StackName,
      TemplateBody: readFileSync(join(folder, 'Pipeline.template.json'), 'utf8'),
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
    });
    await waitUntilStackCreateComplete(
      { client: cloudFormation, maxWaitTime: 60, minDelay: 1 },
      { StackName },
    );
    await bootstrap(cloud.environment, (await outputs(cloudFormation)).ExecutionPolicies);
  }
  return outputs(cloudFormation);
}

async function outputs(cloudFormation: CloudFormation): Promise<Record<string, string>> {
  const { Stacks: [stack] = [] } = await cloudFormation.describeStacks({ StackName });
  return Object.fromEntries(
    stack?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]) ?? [],
  );
}

const isThere = (cloudFormation: CloudFormation): Promise<boolean> =>
  cloudFormation.describeStacks({ StackName }).then(
    () => true,
    () => false,
  );

/** The token of a job in the environment `local` of the repository, but for what is given. */
function token(claims: object = {}): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const usual = {
    iss: `https://${issuer}`,
    aud: 'sts.amazonaws.com',
    sub: 'repo:shop@45/workflows@123:environment:local',
    repository_id: '123',
    repository_owner_id: '45',
  };
  return `${part({ alg: 'none' })}.${part({ ...usual, ...claims })}.x`;
}

export async function assume(roleArn: string | undefined, claims: object = {}): Promise<Credentials> {
  const { Credentials } = await new STS().assumeRoleWithWebIdentity({
    RoleArn: roleArn ?? '',
    RoleSessionName: 'github',
    WebIdentityToken: token(claims),
  });
  if (!Credentials) throw new Error('none came');
  return Credentials;
}

export const environmentOf = ({
  AccessKeyId = '',
  SecretAccessKey = '',
  SessionToken = '',
}: Credentials) => ({
  AWS_ACCESS_KEY_ID: AccessKeyId,
  AWS_SECRET_ACCESS_KEY: SecretAccessKey,
  AWS_SESSION_TOKEN: SessionToken,
});
