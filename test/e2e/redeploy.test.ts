/** `npm start` during development: Enter deploys a change, an error is printed, Ctrl-C ends everything. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { orderInput } from '../../tools/world/orders';
import { OwnCloud } from './support/own-cloud';

const cloud = new OwnCloud();

beforeAll(() => cloud.start());

afterAll(() => cloud.close());

const replace = (file: string, before: string, after: string) =>
  cloud.edit(file, (source) => source.replace(before, after));

/** Orders two lamps, of which one is in stock, and returns the command line's output. */
async function order(orderId: string): Promise<string> {
  const input = orderInput({ orderId, items: [{ sku: 'LAMP-LAST', quantity: 2, unitPrice: 700 }] });
  const { out } = await cloud.workflows(['start', 'order', '--input', '-', '--wait'], JSON.stringify(input));
  return out;
}

const handler = 'lambda/order-processing/validate-order.lambda.ts';
const definition = 'statemachines/order-processing.asl.json';
const [checks, throws] = [
  'const checked = ',
  "if (input) throw new Error('This is new.');\n    const checked = ",
];
const [starts, startsNowhere] = ['"StartAt": "ValidateOrder"', '"StartAt": "Nowhere"'];

test('Enter deploys changes and lists them; without a change it says so', async () => {
  expect(await cloud.enter('Nothing that is deployed has changed.')).not.toContain('Deployed');

  replace(handler, checks, throws);
  // The definition names the function's version.
  expect(await cloud.enter('(AWS::StepFunctions::StateMachine)\n')).toMatch(
    /This runs now\.\nOrderProcessing:\n {2}changed ValidateOrder \(AWS::Lambda::Function\)\n {2}changed OrderProcessing\/StateMachine \(\S+\)\n$/,
  );
  expect(await order('new-code')).toMatch(/^order-new-code {2}FAILED.*This is new\./s);
});

test('an error is printed, and the cloud stays unchanged until it is corrected', async () => {
  replace(handler, throws, checks);
  replace(definition, starts, startsNowhere);
  expect(await cloud.enter('then press Enter')).toContain('Nowhere');
  expect(await order('same-code')).toContain('This is new.');

  replace(definition, startsNowhere, starts);
  replace(definition, 'Not enough stock', 'Too little');
  const told = await cloud.enter('This runs now.').then(() => cloud.untilShown('StateMachine'));
  expect(told).toContain('changed ValidateOrder (AWS::Lambda::Function)');
  expect(await order('new-definition')).toContain('OUT_OF_STOCK');
  expect(await order('new-definition')).toContain('Too little of LAMP-LAST');
});

test('Ctrl-C ends everything, and leaves no temporary file', async () => {
  expect(await cloud.interrupt()).toBe(130);
  expect(existsSync(join(cloud.repository, '.local/cloud.json'))).toBe(false);
  expect(readdirSync(cloud.temporary).filter((name) => name.startsWith('local-cloud-'))).toEqual([]);
  await expect(fetch(`http://127.0.0.1:${await cloud.port}/_ministack/health`)).rejects.toThrow();
});
