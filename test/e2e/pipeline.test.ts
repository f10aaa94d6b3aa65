/**
 * The pipeline: a job of GitHub takes its role with a token, and goes through the steps of `deploy-stage`, with the
 * rights of the pipeline's stack and of the bootstrap's roles, and no other.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Credentials } from '@aws-sdk/client-sts';
import { cloudAt } from '../../bin/cli/cloud';
import { paths, repository } from '../../bin/local-cloud/paths';
import { smoke } from '../../bin/smoke/program';
import { scriptOf } from '../pipeline/files';
import { cloud } from './support/cloud';
import { assume, environmentOf, pipelineStack } from './support/pipeline';

const assembly = join(repository, 'assembly/local');
const scratch = mkdtempSync(join(tmpdir(), 'pipeline-'));

let outputs: Record<string, string>;

beforeAll(async () => {
  outputs = await pipelineStack();
});

afterAll(async () => {
  rmSync(assembly, { recursive: true, force: true });
  rmSync(scratch, { recursive: true, force: true });
});

/** A step of the workflow file, as GitHub runs it. */
async function step(name: string, credentials: Credentials, file = 'deploy-stage', job = 'deploy') {
  const summary = join(scratch, 'summary.md');
  writeFileSync(summary, '');
  const child = spawn('bash', ['--norc', '-e', '-c', scriptOf(file, job, name)], {
    cwd: repository,
    env: {
      ...cloud.environment,
      ...environmentOf(credentials),
      STAGE: 'local',
      DEPLOY_OPTIONS: '',
      GITHUB_STEP_SUMMARY: summary,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode, out: out + err, summary: readFileSync(summary, 'utf8') };
}

/** Changes a stack's template in the assembly, and the hash of its file with it. */
function change(
  stack: string,
  edit: (template: {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  }) => void,
) {
  const file = join(assembly, `${stack}.template.json`);
  const template = JSON.parse(readFileSync(file, 'utf8'));
  edit(template);
  writeFileSync(file, JSON.stringify(template));
  const manifest = join(assembly, 'manifest.json');
  const [, before = ''] =
    new RegExp(`"${stack}": \\{[^]*?/([0-9a-f]{64})\\.json`).exec(readFileSync(manifest, 'utf8')) ?? [];
  const after = createHash('sha256').update(readFileSync(file)).digest('hex');
  for (const each of [manifest, join(assembly, `${stack}.assets.json`)])
    writeFileSync(each, readFileSync(each, 'utf8').replaceAll(before, after));
}

test.each([
  ['another repository', { repository_id: '124' }],
  ['another owner', { repository_owner_id: '46' }],
  ['another environment', { sub: 'repo:shop/workflows:environment:local-drift' }],
  ['a pull request', { sub: 'repo:shop/workflows:pull_request' }],
  ['another audience', { aud: 'https://github.com/shop' }],
])('a job of %s gets no role', async (_, claims) => {
  await expect(assume(outputs.localdeployRoleArn, claims)).rejects.toThrow('Not authorized');
});

test('a job whose subject has the older form gets its role', async () => {
  await expect(
    assume(outputs.localdeployRoleArn, { sub: 'repo:shop/workflows:environment:local' }),
  ).resolves.toBeDefined();
});

test('the steps of a deployment: no drift, nothing changes; then a change, shown and made', async () => {
  cpSync(paths.assembly, assembly, { recursive: true });
  const credentials = await assume(outputs.localdeployRoleArn);
  const drift = await step('Drift', credentials);
  expect(drift.out).toMatch(/✔ +workflows-local-Customers/);
  expect(drift.exitCode).toBe(0);

  change('Operations', ({ Resources }) => {
    for (const { Type, Properties } of Object.values(Resources))
      if (Type === 'AWS::SNS::Topic') Properties.DisplayName = 'Changed by the pipeline';
  });
  const deployed = await step('Change sets, shown and executed', credentials);
  // The pipeline does not read the Stripe key, and says so.
  const denied = Array.from(
    deployed.out.matchAll(/could not look: (\S+) is not allowed/g),
    ([, action]) => action,
  );
  expect(denied).toEqual(['secretsmanager:GetSecretValue']);
  expect(deployed.exitCode).toBe(0);
  expect(deployed.summary).toContain('### workflows-local-Customers\n\nNothing changes.');
  expect(deployed.summary).toMatch(
    /### workflows-local-Operations\n\n```\n(Modify.*AWS::SNS::Topic.*\n)+```/,
  );
});

test('smoke, with the rights of the role', async () => {
  const before = { ...process.env };
  Object.assign(process.env, environmentOf(await assume(outputs.localdeployRoleArn)));
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const { processIo } = await import('../../bin/cli/io');
  try {
    const status = await smoke(['--stage', 'local'], { ...processIo(), out: say, err: say }, async (stage) =>
      cloudAt(stage, 'the local cloud, as the pipeline'),
    );
    expect({ status, said: said.join('\n') }).toMatchObject({ status: 0 });
  } finally {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
  }
});
