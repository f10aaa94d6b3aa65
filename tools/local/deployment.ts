// Deploys the CDK app to the local cloud with the same commands that deploy it to AWS.

import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { localAccount } from '../../bin/local-cloud/environment';
import { paths, repository } from '../../bin/local-cloud/paths';
import { stackName } from '../../contracts/stacks';
import type { Templates } from './changes';
import { Problem } from './problem';
import { start } from './processes';

type Environment = Readonly<Record<string, string>>;

/** Values of each stack's outputs, by the stack's id in the app and the output's name. */
export type StackOutputs = Record<string, Record<string, string>>;

/** Whether .local/cdk.out exists and its sources have not changed since. */
export const isSynthesized = (stripeEndpoint: string): boolean =>
  existsSync(stamp) && readFileSync(stamp, 'utf8') === sourcesHash(repository, stripeEndpoint);

/** Makes the templates and bundles the functions into .local/cdk.out. */
export async function synthesize(environment: Environment, stripeEndpoint: string): Promise<void> {
  rmSync(stamp, { force: true });
  const sources = sourcesHash(repository, stripeEndpoint);
  const context = ['-c', 'stage=local', '-c', `stripeEndpoint=${stripeEndpoint}`];
  await cdk('synth', ['--quiet', '--output', paths.assembly, ...context], environment);
  writeFileSync(stamp, sources);
}

const stamp = join(paths.assembly, 'sources.sha256');

/**
 * Prepares the account for deployments. Runs where there is no cdk.json, so that it does not load the app first.
 * @param policies ARNs of what CloudFormation may do
 */
export const bootstrap = (
  environment: Environment,
  // The CDK's default; MiniStack takes an unset list for one with an empty name.
  policies = 'arn:aws:iam::aws:policy/AdministratorAccess',
): Promise<void> =>
  cdk(
    'bootstrap',
    [
      `aws://${localAccount.account}/${localAccount.region}`,
      ...['--cloudformation-execution-policies', policies],
    ],
    environment,
    paths.home,
  );

/**
 * Deploys stacks of .local/cdk.out.
 * @param stacks their ids in the app, @default all
 * @returns the outputs of these stacks
 */
export async function deploy(
  environment: Environment,
  stacks: readonly string[] = [],
): Promise<StackOutputs> {
  rmSync(paths.outputs, { force: true });
  const which = stacks.length > 0 ? [...stacks, '--exclusively'] : ['--all'];
  const unasked = ['--require-approval', 'never', '--outputs-file', paths.outputs];
  const fast = ['--method', 'direct', '--concurrency', '4', '--asset-parallelism', '--no-rollback'];
  await cdk('deploy', ['--app', paths.assembly, ...which, ...unasked, ...fast], environment);
  const byName: StackOutputs = JSON.parse(readFileSync(paths.outputs, 'utf8'));
  return Object.fromEntries(
    Object.entries(byName).map(([name, outputs]) => [name.slice(stackName('local', '').length), outputs]),
  );
}

/** The templates in .local/cdk.out, by the stack's id in the app. */
export function readTemplates(): Templates {
  const files = readdirSync(paths.assembly).filter((file) => file.endsWith(templateSuffix));
  return Object.fromEntries(
    files
      .sort()
      .map((file) => [
        file.slice(0, -templateSuffix.length),
        JSON.parse(readFileSync(join(paths.assembly, file), 'utf8')),
      ]),
  );
}

const templateSuffix = '.template.json';

const program = require.resolve('aws-cdk/bin/cdk');

async function cdk(
  command: string,
  args: readonly string[],
  environment: Environment,
  folder = repository,
): Promise<void> {
  const logFile = join(paths.logs, `cdk-${command}.log`);
  const log = openSync(logFile, 'w');
  const child = start(process.execPath, [program, command, ...args, '--no-notices', '--no-color'], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const { code } = await child.ended;
  if (code !== 0) {
    const log = readFileSync(logFile, 'utf8');
    throw new Problem(`cdk ${command} failed:\n${worthReading(log)}`, `The whole of it: ${logFile}`);
  }
}

/** Of a failed command's log, without what went well and where in the code it stopped: its beginning and its end. */
export function worthReading(log: string): string {
  const noise = /^(Bundling asset |\s+at |\s*\^|\s*$)/;
  const lines = log.split('\n').filter((line) => !noise.test(line));
  return (lines.length > 30 ? [...lines.slice(0, 20), '…', ...lines.slice(-10)] : lines).join('\n');
}

/** The sources as they are now. */
export const sourcesNow = (): string => sourcesHash(repository);

/** Files and folders from which no template or function is made. */
const unrelated = [
  'node_modules',
  '.git',
  '.local',
  'cdk.out',
  'assembly',
  'dist',
  'coverage',
  'test',
  'docs',
  'tools',
];

/** Hashes the context, and the contents of every file under `root` that may go into the templates. */
export function sourcesHash(root: string, ...context: string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(context));
  const visit = (folder: string): void => {
    const entries = readdirSync(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (folder === root && (unrelated.includes(entry.name) || entry.name.endsWith('.md'))) continue;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile())
        hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
    }
  };
  visit(root);
  return hash.digest('hex');
}
