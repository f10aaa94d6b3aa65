// The built client in an application: it loads as ESM and as CommonJS, has types, and does not import the CDK.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { buildClient } from '../../client/build';

const repository = join(__dirname, '../..');
const packageName = 'step-functions-workflows-client';

/** The folder of an application with the client and the AWS SDK installed. */
let app: string;
let metafile: Metafile;

beforeAll(async () => {
  app = mkdtempSync(join(tmpdir(), 'client-'));
  const installed = join(app, 'node_modules', packageName);
  mkdirSync(installed, { recursive: true });
  metafile = await buildClient(installed);
  for (const needed of ['@aws-sdk', '@smithy', '@types', 'undici-types']) {
    symlinkSync(join(repository, 'node_modules', needed), join(app, 'node_modules', needed));
  }
});

const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: app, encoding: 'utf8' });

const sdk = ['@aws-sdk/client-dynamodb', '@aws-sdk/client-kms', '@aws-sdk/client-sfn'];

test('its import graph contains neither the CDK nor the functions nor anything else', () => {
  const files = Object.keys(metafile.inputs);
  expect(files.filter((file) => !/^(client|contracts)\/[\w-]+\.ts$/.test(file))).toEqual([]);
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  expect([...new Set(imports)].filter((path) => !path.startsWith('node:')).sort()).toEqual(sdk);
});

test('an application that only starts workflows needs no other SDK client than that of Step Functions', () => {
  const [, index] = Object.entries(metafile.outputs).find(([path]) => path.endsWith('/index.mjs')) ?? [];
  const imports = index?.imports.map(({ path }) => path).filter((path) => !path.startsWith('node:'));
  expect([...new Set(imports)]).toEqual(['@aws-sdk/client-sfn']);
});

test.each([
  [
    'an ES module',
    [
      '--input-type=module',
      '-e',
      `import * as client from '${packageName}'; console.log(Object.keys(client).sort().join())`,
    ],
  ],
  ['CommonJS', ['-e', `console.log(Object.keys(require('${packageName}')).sort().join())`]],
])('%s can load it', (_, args) => {
  expect(node(...args).trim()).toBe('IdempotencyConflict,InputTooLarge,InvalidId,createWorkflowClient');
});

test('the README’s code is part of the example', () => {
  const [, shown = 'nothing'] =
    /```ts\n(.*?)```/s.exec(readFileSync(join(repository, 'README.md'), 'utf8')) ?? [];
  expect(readFileSync(join(repository, 'client/example.ts'), 'utf8')).toContain(shown);
});

test("the README's example compiles against it, in both kinds of module", () => {
  const example = readFileSync(join(repository, 'client/example.ts'), 'utf8');
  const source = example.replace(" from './index'", ` from '${packageName}'`);
  expect(source).not.toBe(example);
  writeFileSync(join(app, 'example.mts'), source);
  writeFileSync(join(app, 'example.cts'), source);
  const options = [
    '--strict',
    '--noEmit',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    'node',
    '--skipLibCheck',
  ];
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  expect(node(tsc, ...options, 'example.mts', 'example.cts')).toBe('');
});
