/** A release while orders are under way: who runs on what, the way back, a canary's weights, and what is pruned. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paginateListExecutions, SFN } from '@aws-sdk/client-sfn';
import { localAccount } from '../../bin/local-cloud/environment';
import { executionArn, LIVE, machineArn } from '../../contracts/names';
import { type OrderChanges, orderInput } from '../../tools/world/orders';
import { OwnCloud } from './support/own-cloud';

const cloud = new OwnCloud();
let sfn: SFN;
/** Without version or alias. */
let machine: string;

const definition = 'statemachines/order-processing.asl.json';
const reverses = 'lambda/order-processing/reverse-payment.lambda.ts';
const ships = 'lambda/order-processing/create-shipment.lambda.ts';
const fault = "if (orderId) throw new Error('The first release cannot reverse a payment.');\n      ";
const atReversal = 'const recorded = await records.markReversed';
const retriesForHours = /("ReversePayment": {.*?)"Retry": \[.*?\n {6}\],\n/s;

beforeAll(async () => {
  cloud.edit('lib/stages.ts', (source) => source.replace(/timeoutSeconds: \d+/, 'timeoutSeconds: 600'));
  // The first release has an error where an order must be undone, and gives up at once.
  cloud.edit(reverses, (source) => source.replace(atReversal, fault + atReversal));
  cloud.edit(definition, (source) => source.replace(retriesForHours, '$1'));
  await cloud.start();
  const { endpoints } = JSON.parse(readFileSync(join(cloud.repository, '.local/cloud.json'), 'utf8'));
  sfn = new SFN({ ...localAccount, endpoint: endpoints.stepFunctions });
  const { stateMachines = [] } = await sfn.listStateMachines();
  machine = machineArn(
    stateMachines.find(({ name }) => name?.includes('OrderProcessingStateMachine'))?.stateMachineArn ?? '',
  );
});

afterAll(() => cloud.close());

const version = (number: number) => `${machine}:${number}`;
const order = (changes: OrderChanges) =>
  JSON.stringify(orderInput({ items: [{ sku: 'MUG-BLUE', quantity: 1, unitPrice: 700 }], ...changes }));
const start = (changes: OrderChanges) =>
  cloud.workflows(['start', 'order', '--input', '-', '--wait'], order(changes));
const outputOf = async (name: string) => {
  const { output = '{}' } = await sfn.describeExecution({ executionArn: executionArn(machine, name) });
  return JSON.parse(output);
};
const rows = async () =>
  (await cloud.workflows(['releases', 'order'])).out
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split(/ {3,}/))
    .map(([, number, , live, running, failed]) => [number, live, running, failed]);
/** What prune prints, with single spaces. */
const pruned = async (how: '--dry-run' | '--yes') => {
  const words = ['releases', 'prune', '--keep', '1', '--older-than', '0d', how];
  return (await cloud.workflows(words)).out.replace(/ +/g, ' ').split('\n');
};
const ended = async (name: string) => {
  while ((await sfn.describeExecution({ executionArn: executionArn(machine, name) })).status === 'RUNNING')
    await new Promise((resolve) => setTimeout(resolve, 100));
  return outputOf(name);
};
const namesOn = async (stateMachineArn: string) => {
  const names: unknown[] = [];
  for await (const { executions = [] } of paginateListExecutions({ client: sfn }, { stateMachineArn }))
    names.push(...executions.map(({ name }) => name));
  return names;
};

test('an order that waits, and one that failed half-way, are on the first release', async () => {
  const waiting = order({
    orderId: 'waits',
    currency: 'eur',
    items: [{ sku: 'SOFA-RED', quantity: 1, unitPrice: 150_000 }],
  });
  expect((await cloud.workflows(['start', 'order', '--input', '-'], waiting)).exitCode).toBe(0);
  const half = await start({ orderId: 'half', items: [{ sku: 'LAMP-LAST', quantity: 2, unitPrice: 700 }] });
  expect(half).toMatchObject({
    exitCode: 1,
    out: expect.stringContaining('The first release cannot reverse'),
  });
  expect(await rows()).toEqual([['1', '100 %', '1', '1']]);
});

test('after a release of definition and functions, the next order runs on both', async () => {
  cloud.edit(reverses, (source) => source.replace(fault, ''));
  cloud.edit(ships, (source) =>
    source.replace(
      'await send({',
      "console.log(JSON.stringify({ execution: 'order-next', message: 'the second release ships' }));\n    await send({",
    ),
  );
  cloud.edit(definition, (source) =>
    source.replaceAll('"outcome": "SHIPPED",\n', '"outcome": "SHIPPED",\n        "release": "second",\n'),
  );
  const told = await cloud.enter('StateMachine');
  expect(told).toContain('changed CreateShipment (AWS::Lambda::Function)');

  expect((await start({ orderId: 'next' })).out).toMatch(/^order-next {2}SHIPPED after .*, on version 2\n/);
  expect(await outputOf('order-next')).toMatchObject({ release: 'second' });
  expect((await cloud.workflows(['logs', 'order-next'])).out).toContain('the second release ships');
  expect(await rows()).toEqual([
    ['2', '100 %', '–', '–'],
    ['1', '–', '1', '1'],
  ]);
});

test('what an order needs that runs, or may be redriven, is not pruned', async () => {
  // Of ReversePayment only the alias was called, and that names the second version now.
  expect(await pruned('--dry-run')).toEqual(['Of Versions', 'function ReversePayment 1', '']);
});

test('what failed half-way is redriven on its own definition, with the function as it is now', async () => {
  expect((await cloud.workflows(['redrive', 'half'])).out).toBe('order-half goes on at ReversePayment\n');
  expect(await ended('order-half')).toMatchObject({ outcome: 'OUT_OF_STOCK' });
  expect((await cloud.workflows(['status', 'half'])).out).toContain(', on version 1\n');
});

test('the order that waited ends on what it began with', async () => {
  await cloud.workflows(['review', 'approve', 'waits']);
  const output = await ended('order-waits');
  expect(output).toMatchObject({ outcome: 'SHIPPED' });
  expect(output).not.toHaveProperty('release');
  const logs = await cloud.workflows(['logs', 'order-waits']);
  expect(logs.out).toContain('CreateShipment');
  expect(logs.out).not.toContain('the second release ships');
});

test('a canary starts some orders on each of its versions', async () => {
  await sfn.updateStateMachineAlias({
    stateMachineAliasArn: `${machine}:${LIVE}`,
    routingConfiguration: [1, 2].map((number) => ({ stateMachineVersionArn: version(number), weight: 50 })),
  });
  expect((await rows()).map(([number, live]) => [number, live])).toEqual([
    ['2', '50 %'],
    ['1', '50 %'],
  ]);
  // Each is rejected at once. That all 20 get the same version happens once in 500,000 times.
  const names = Array.from({ length: 20 }, (_, index) => `order-canary-${index}`);
  for (const name of names)
    await sfn.startExecution({ stateMachineArn: `${machine}:${LIVE}`, name, input: '{}' });
  const [first, second] = await Promise.all([namesOn(version(1)), namesOn(version(2))]);
  const on = (all: unknown[]) => all.filter((name) => names.includes(String(name)));
  expect([...on(first), ...on(second)].sort()).toEqual([...names].sort());
  expect(on(first)).not.toEqual([]);
  expect(on(second)).not.toEqual([]);
  await Promise.all(names.map(ended));
});

test('rolled back, what starts next runs on the first release again', async () => {
  const { exitCode, out } = await cloud.workflows(['releases', 'rollback', 'order', '--yes']);
  expect(out).toMatch(/^Version 1 of order is live, instead of version \d \(50 %\), version \d \(50 %\)\.\n/);
  expect(exitCode).toBe(0);
  expect((await start({ orderId: 'back' })).out).toMatch(/^order-back {2}SHIPPED after .*, on version 1\n/);
  expect(await outputOf('order-back')).not.toHaveProperty('release');
});

test('a version that nothing needs any more is pruned with its functions; its orders’ histories stay', async () => {
  await cloud.workflows(['releases', 'rollback', 'order', '--to', '2', '--yes']);
  expect(await pruned('--yes')).toEqual([
    'Of Versions',
    'order 1',
    'function CreateShipment 1',
    'function ReversePayment 1',
    'Deleted: 3 of 3.',
    '',
  ]);
  expect((await rows()).map(([number]) => number)).toEqual(['2']);
  expect((await cloud.workflows(['history', 'waits'])).out).toMatch(
    /^order-waits {2}SHIPPED .*, on version 1\n/,
  );
  expect((await start({ orderId: 'last' })).out).toMatch(/^order-last {2}SHIPPED after .*, on version 2\n/);
});
