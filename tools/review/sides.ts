/** Both revisions, synthesized in the same way in folders of their own. */
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localEnvironment } from '../../bin/local-cloud/environment';
import type { Progress } from '../../bin/terminal/progress';
import { isObject, type Json, type JsonObject } from '../../lib/workflow/json';
import { worthReading } from '../local/deployment';
import { Problem } from '../local/problem';
import { start } from '../local/processes';
import type { Revisions } from '../revisions/revisions';
import { temporaryFolder } from '../revisions/temporary-folder';
import { type App, type Assembly, appOf, type StackTemplate } from './app';
import { type Bundles, bundlesOf } from './code';
import { ofAnyPlace } from './place';

export interface Side {
  readonly app: App;
  readonly bundles: Bundles;
  /** lib/stages.ts; undefined if it cannot be read. */
  readonly settings: Json | undefined;
}

export interface Revision {
  /** As the user named it. */
  readonly title: string;
  /** Undefined: the work tree. */
  readonly commit: string | undefined;
}

/** @returns the base, and what is to be released */
export async function bothSides(
  revisions: Revisions,
  [base, head]: readonly [Revision, Revision],
  stage: string,
  progress: Progress,
): Promise<[Side, Side]> {
  const folder = temporaryFolder('workflows-review-');
  return Promise.all([
    sideOf(revisions, base, join(folder, 'base'), stage, progress),
    sideOf(revisions, head, join(folder, 'head'), stage, progress),
  ]);
}

async function sideOf(
  revisions: Revisions,
  { title, commit }: Revision,
  root: string,
  stage: string,
  progress: Progress,
): Promise<Side> {
  if (commit === undefined) revisions.copyWorkTree(root);
  else revisions.checkOut(commit, root);
  if (revisions.hasDependencies(root)) revisions.linkDependencies(root);
  else await progress.step(`Installed the packages of ${title}`, () => install(root, title));
  return progress.step(`Synthesized ${title}`, async () => {
    const [assembly, settings] = await Promise.all([synthesize(root, title, stage), settingsIn(root)]);
    const app = appOf(readAssembly(assembly, title));
    return { app, bundles: bundlesOf(app, root, assembly), settings };
  });
}

const install = (root: string, title: string): Promise<void> =>
  run(root, title, {
    name: 'npm ci',
    command: ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'],
    environment: process.env,
  });

/** Where nothing listens: what runs here calls no AWS. */
const nowhere = 'http://127.0.0.1:9';

/** @returns the folder with the templates */
async function synthesize(root: string, title: string, stage: string): Promise<string> {
  const endpoints = { aws: nowhere, stepFunctions: nowhere, stripe: nowhere };
  const options = ['--quiet', '--output', 'cdk.out', '-c', `stage=${stage}`, '--no-notices', '--no-color'];
  await run(root, title, {
    name: 'cdk synth',
    command: [process.execPath, join(root, 'node_modules/aws-cdk/bin/cdk'), 'synth', ...options],
    environment: {
      ...localEnvironment(endpoints, process.env, root),
      // The CDK's own rules for templates take half of the time.
      CDK_VALIDATION: 'false',
    },
  });
  return join(root, 'cdk.out');
}

interface Run {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** Throws a Problem when the command fails. */
async function run(
  root: string,
  title: string,
  { name, command: [program = '', ...args], environment }: Run,
): Promise<void> {
  const logFile = `${root}.log`;
  const log = openSync(logFile, 'w');
  const { ended } = start(program, args, { cwd: root, env: environment, stdio: ['ignore', log, log] });
  closeSync(log);
  const { code } = await ended;
  if (code === 0) return;
  throw new Problem(
    `${name} failed for ${title}:\n${worthReading(readFileSync(logFile, 'utf8'))}`,
    'Of an old revision, it may lack what today needs: name a later one. Otherwise mend that first.',
  );
}

/** Undefined when there is no such file, or it is something else. */
async function settingsIn(root: string): Promise<Json | undefined> {
  const script = join(root, '.settings.ts');
  const output = join(root, '.settings.json');
  writeFileSync(
    script,
    `import { writeFileSync } from 'node:fs';\nimport { stages } from './lib/stages';\nwriteFileSync(${JSON.stringify(output)}, JSON.stringify(stages));\n`,
  );
  await start(process.execPath, ['--import', 'tsx', script], { cwd: root, stdio: 'ignore' }).ended;
  return existsSync(output) ? JSON.parse(readFileSync(output, 'utf8')) : undefined;
}

/** The stacks in a folder that `cdk synth` wrote. */
function readAssembly(folder: string, title: string): Assembly {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const artifacts = isObject(manifest) && isObject(manifest.artifacts) ? manifest.artifacts : {};
  const stacks = Object.entries(artifacts).flatMap(([id, artifact]): [string, StackTemplate][] =>
    isObject(artifact) && artifact.type === 'aws:cloudformation:stack'
      ? [[id, stackIn(folder, artifact)]]
      : [],
  );
  if (stacks.length === 0) throw new Problem(`${title} has no stacks.`, 'Name a revision that has some.');
  return Object.fromEntries(stacks);
}

function stackIn(folder: string, { environment, properties: given }: JsonObject): StackTemplate {
  const properties = isObject(given) ? given : {};
  const text = readFileSync(join(folder, String(properties.templateFile)), 'utf8');
  const template: unknown = JSON.parse(ofAnyPlace(text, String(environment)));
  return {
    template: isObject(template) ? template : {},
    stackName: String(properties.stackName),
    terminationProtection: properties.terminationProtection === true,
  };
}
