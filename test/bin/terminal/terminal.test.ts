// The command line as a process: its exit codes, and its output with and without a terminal.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { spawn as spawnOnTerminal } from '@lydell/node-pty';
import { fails } from '../../../tools/doubles/faults';
import { openShop } from '../../../tools/world/order-shop';
import { type FakeAws, startFakeAws } from '../../support/fake-aws-server';
import { STATE_MACHINE } from '../../support/fake-step-functions';

const repository = join(__dirname, '../../..');
const command = [join(repository, 'node_modules/tsx/dist/cli.mjs'), join(repository, 'bin/workflows.ts')];

let aws: FakeAws;

beforeAll(async () => {
  aws = await startFakeAws({ StateMachineArn: STATE_MACHINE });
  const add = (name: string, events: Parameters<typeof aws.stepFunctions.histories.set>[1]) =>
    aws.stepFunctions.histories.set(
      `${STATE_MACHINE.replace(':stateMachine:', ':execution:')}:${name}`,
      events,
    );
  const runOf = async (faults = {}) => (await openShop().run({ orderId: 'A1' }, { faults })).execution.events;
  add('order-ok', await runOf());
  add('order-failed', await runOf({ CreateShipment: fails('Error') }));
  add('order-runs', (await runOf()).slice(0, 9));
});

afterAll(() => aws.close());

const environment = (extra = {}): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: '/nowhere',
  AWS_ENDPOINT_URL: aws.url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  TERM: 'xterm-256color',
  ...extra,
});

function inPipe(line: string) {
  const child = spawn(process.execPath, [...command, ...line.split(' ')], { env: environment() });
  const seen = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    seen.out += data;
  });
  child.stderr.on('data', (data) => {
    seen.err += data;
  });
  return new Promise<{ exitCode: number | null; out: string; err: string }>((resolve) => {
    child.on('close', (exitCode) => resolve({ exitCode, ...seen }));
  });
}

/** @param onText gets all the output so far, and can type */
function onTerminal(
  line: string,
  extra = {},
  onText: (text: string, type: (keys: string) => void) => void = () => {},
) {
  const terminal = spawnOnTerminal(process.execPath, [...command, ...line.split(' ')], {
    cols: 80,
    rows: 12,
    env: environment(extra),
  });
  let text = '';
  terminal.onData((data) => {
    text += data;
    onText(text, (keys) => terminal.write(keys));
  });
  return new Promise<{ exitCode: number; text: string }>((resolve) => {
    terminal.onExit(({ exitCode }) => resolve({ exitCode, text }));
  });
}

const ESC = '\u001b';

test('without a terminal: plain text, notes on stderr, 0 for a business outcome', async () => {
  const { exitCode, out, err } = await inPipe('status ok --stage dev');
  expect({ exitCode, out, err }).toEqual({
    exitCode: 0,
    out: 'order-ok  SHIPPED after 0 ms\n',
    err: 'Using stage dev on AWS\n',
  });
  expect(aws.stacks).toContain('workflows-dev-OrderProcessing');
});

test('a wrong command exits with 2', async () => {
  const { exitCode, out, err } = await inPipe('cancel A1');
  expect(err).toBe("error: unknown command 'cancel'\n");
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
});

test('on a terminal: colours; 1 for a failed execution', async () => {
  const { exitCode, text } = await onTerminal('status failed --stage dev');
  expect(text).toContain(`${ESC}[31mFAILED${ESC}[39m`);
  expect(exitCode).toBe(1);
});

test('on a terminal with NO_COLOR: none', async () => {
  const { text } = await onTerminal('status failed --stage dev', { NO_COLOR: '1' });
  expect(text).toContain('FAILED after');
  expect(text).not.toContain(ESC);
});

test('--watch draws over itself until Ctrl-C, and leaves the terminal as it was', async () => {
  let typed = false;
  const { exitCode, text } = await onTerminal('status runs --watch --stage dev', {}, (shown, type) => {
    if (typed || !shown.includes('A\r\u001b[J')) return;
    typed = true;
    type('\u0003');
  });
  expect(text).toContain('order-runs');
  expect(text).toMatch(/Waits at +ValidateOrder|is running/);
  expect(text).toContain(`${ESC}[J`);
  // No mode that would have to be reset: no hidden cursor, no alternate screen, no raw mode.
  expect(text).not.toContain(`${ESC}[?`);
  expect(text).not.toMatch(/ at .*\.ts/);
  expect(exitCode).toBe(130);
});
