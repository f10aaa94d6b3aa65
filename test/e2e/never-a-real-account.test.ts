// Processes of the local cloud call nothing but the local cloud, whatever the developer's shell and files contain.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localEnvironment } from '../../bin/local-cloud/environment';
import { dangerousEnvironment } from '../support/dangerous-environment';

const calls = [require.resolve('./support/aws-calls.js')];
const bootstrap = [
  require.resolve('aws-cdk/bin/cdk'),
  'bootstrap',
  'aws://000000000000/us-east-1',
  '--no-notices',
];

const folder = mkdtempSync(join(tmpdir(), 'real-account-'));
const servers: Server[] = [];

/** Opens a port on the loopback that refuses every request. */
async function refusing(): Promise<string> {
  const server = createServer((_, response) => response.writeHead(400).end('{}'));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The distinct addresses to which a Node process connected. */
async function connectionsOf(program: string[], env: Record<string, string>): Promise<string[]> {
  const connections = join(mkdtempSync(join(folder, 'run-')), 'connections');
  writeFileSync(connections, '');
  const spy = ['--require', require.resolve('./support/spy-on-connections.js')];
  const child = spawn(process.execPath, [...spy, ...program, `--connections=${connections}`], {
    env,
    cwd: folder,
    stdio: 'ignore',
  });
  await once(child, 'exit');
  return [...new Set(readFileSync(connections, 'utf8').split('\n').filter(Boolean))].sort();
}

let aws: string;
let stepFunctions: string;
let dangerous: Record<string, string>;
let local: Record<string, string>;

beforeAll(async () => {
  [aws, stepFunctions] = [await refusing(), await refusing()];
  const elsewhere = `http://${await refusing()}`;
  const profile = `region = eu-west-1\nendpoint_url = ${elsewhere}\n`;
  const key = 'aws_access_key_id = AKIAREALREALREALREAL\naws_secret_access_key = real-secret\n';
  writeFileSync(join(folder, 'config'), `[default]\n${profile}[profile production]\n${profile}`);
  writeFileSync(join(folder, 'credentials'), `[default]\n${key}[production]\n${key}`);
  writeFileSync(join(folder, '.cdk.json'), JSON.stringify({ profile: 'production' }));
  writeFileSync(join(folder, 'token'), 'real-token');

  dangerous = { ...dangerousEnvironment(elsewhere, folder), PATH: process.env.PATH ?? '' };
  const endpoints = { aws: `http://${aws}`, stepFunctions: `http://${stepFunctions}`, stripe: elsewhere };
  local = localEnvironment(endpoints, dangerous, mkdtempSync(join(folder, 'home-')));
});

afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

test('with the shell’s own environment, calls would leave the local cloud', async () => {
  const connections = await connectionsOf(calls, dangerous);
  expect(connections.length).toBeGreaterThan(0);
  expect(connections).not.toContain(aws);
  expect(connections).not.toContain(stepFunctions);
});

test('the AWS SDK calls the local cloud and nothing else', async () => {
  expect(await connectionsOf(calls, local)).toEqual([aws, stepFunctions].sort());
});

test('cdk calls the local cloud and nothing else', async () => {
  expect(await connectionsOf(bootstrap, local)).toEqual([aws]);
});
