/** `npm start` during development: Enter deploys a change, an error is printed, Ctrl-C ends everything. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { paths, repository } from '../../bin/local-cloud/paths';
import { preferPort } from '../../tools/local/ports';
import { orderInput } from '../../tools/world/orders';

/** A copy of the repository, with its installed packages, because the test changes sources. */
const folder = mkdtempSync(join(tmpdir(), 'redeploy-'));
const copy = join(folder, 'repository');
const temporary = join(folder, 'tmp');

let port: string;
let cloud: ChildProcessWithoutNullStreams;
/** What `npm start` has printed since the last Enter. */
let shown = '';

const program = (...words: string[]) =>
  spawn(process.execPath, [require.resolve('tsx/cli'), ...words], {
    cwd: copy,
    // Independent of the local cloud that the other tests use.
    env: { PATH: process.env.PATH, HOME: '/nowhere', TMPDIR: temporary, LOCAL_CLOUD_PORT: port },
  });

beforeAll(async () => {
  const made = ['node_modules', '.git', '.local', 'cdk.out', 'dist', 'coverage'];
  for (const name of readdirSync(repository).filter((each) => !made.includes(each)))
    cpSync(join(repository, name), join(copy, name), { recursive: true });
  for (const each of [temporary, join(copy, '.local')]) mkdirSync(each);
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  symlinkSync(paths.venv, join(copy, '.local/venv'));

  port = String(await preferPort(0));
  cloud = program('tools/local/start.ts', '--only', 'none');
  for (const stream of [cloud.stdout, cloud.stderr]) {
    stream.on('data', (data) => {
      shown += data;
    });
  }
  await untilShown('Ctrl-C');
});

afterAll(() => {
  cloud.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

async function untilShown(words: string): Promise<string> {
  while (!shown.includes(words)) {
    if (cloud.exitCode !== null) throw new Error(`npm start has ended: ${shown}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return shown;
}

async function enter(words: string): Promise<string> {
  shown = '';
  cloud.stdin.write('\n');
  return untilShown(words);
}

function replace(file: string, before: string, after: string): void {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  expect(source).toContain(before);
  writeFileSync(path, source.replace(before, after));
}

/** Orders two lamps, of which one is in stock, and returns the command line's output. */
async function order(orderId: string): Promise<string> {
  const child = program('bin/workflows.ts', 'start', 'order', '--input', '-', '--wait');
  child.stdin.end(
    JSON.stringify(orderInput({ orderId, items: [{ sku: 'LAMP-LAST', quantity: 2, unitPrice: 700 }] })),
  );
  return text(child.stdout);
}

const handler = 'lambda/order-processing/validate-order.lambda.ts';
const definition = 'statemachines/order-processing.asl.json';
const [checks, throws] = [
  'const checked = ',
  "if (input) throw new Error('This is new.');\n    const checked = ",
];
const [starts, startsNowhere] = ['"StartAt": "ValidateOrder"', '"StartAt": "Nowhere"'];

test('Enter deploys changes and lists them; without a change it says so', async () => {
  expect(await enter('Nothing that is deployed has changed.')).not.toContain('Deployed');

  replace(handler, checks, throws);
  // The definition names the function's version.
  expect(await enter('(AWS::StepFunctions::StateMachine)\n')).toMatch(
    /This runs now\.\nOrderProcessing:\n {2}changed ValidateOrder \(AWS::Lambda::Function\)\n {2}changed OrderProcessing\/StateMachine \(\S+\)\n$/,
  );
  expect(await order('new-code')).toMatch(/^order-new-code {2}FAILED.*This is new\./s);
});

test('an error is printed, and the cloud stays unchanged until it is corrected', async () => {
  replace(handler, throws, checks);
  replace(definition, starts, startsNowhere);
  expect(await enter('then press Enter')).toContain('Nowhere');
  expect(await order('same-code')).toContain('This is new.');

  replace(definition, startsNowhere, starts);
  replace(definition, 'Not enough stock', 'Too little');
  const told = await enter('This runs now.').then(() => untilShown('StateMachine'));
  expect(told).toContain('changed ValidateOrder (AWS::Lambda::Function)');
  expect(await order('new-definition')).toContain('OUT_OF_STOCK');
  expect(await order('new-definition')).toContain('Too little of LAMP-LAST');
});

test('Ctrl-C ends everything, and leaves no temporary file', async () => {
  cloud.kill('SIGINT');
  const [code] = await once(cloud, 'exit');
  expect(code).toBe(130);
  expect(existsSync(join(copy, '.local/cloud.json'))).toBe(false);
  expect(readdirSync(temporary).filter((name) => name.startsWith('local-cloud-'))).toEqual([]);
  await expect(fetch(`http://127.0.0.1:${port}/_ministack/health`)).rejects.toThrow();
});
