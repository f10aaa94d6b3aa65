/**
 * The CDK app of the pipeline: one stack, which a person deploys once to each account, before `cdk bootstrap`:
 *
 *     npm run pipeline -- -c repository=shop/workflows -c repositoryId=123 -c ownerId=45 -c stages=dev,staging
 */
import { App } from 'aws-cdk-lib';
import { PipelineStack } from '../lib/stacks/pipeline-stack';
import { stageFromContext } from '../lib/stages';

/** @throws when the context lacks something; the message says how to find it */
export const createPipeline = (context: Record<string, unknown> = {}): App => {
  const app = new App({ context });
  const optional = (key: string) => app.node.tryGetContext(key) as string | number | undefined;
  const required = (key: string, pattern: RegExp, how: string): string => {
    const value = String(optional(key) ?? '');
    if (pattern.test(value)) return value;
    throw new Error(`-c ${key}= ${value === '' ? 'is missing' : `is "${value}"`}: ${how}`);
  };
  const id = (key: string, jq: string) =>
    required(key, /^\d+$/, `a number; find it: gh api repos/<owner>/<name> --jq ${jq}`);
  const repository = required(
    'repository',
    /^[\w.-]+\/[\w.-]+$/,
    'give <owner>/<name>, as GitHub spells them',
  );
  const [owner = '', name = ''] = repository.split('/');
  const stages = required('stages', /^\w+(,\w+)*$/, 'give those of this account: dev,staging')
    .split(',')
    .map((stage) => stageFromContext((key) => (key === 'stage' ? stage : undefined)));
  const oidcProvider = optional('oidcProvider');
  new PipelineStack(app, 'Pipeline', {
    repository: { owner, name, id: id('repositoryId', '.id'), ownerId: id('ownerId', '.owner.id') },
    stages,
    ...(oidcProvider && { oidcProvider: String(oidcProvider) }),
  });
  return app;
};

if (require.main === module) createPipeline();
