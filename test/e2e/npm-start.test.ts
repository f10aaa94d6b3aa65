/**
 * `npm start` as a newcomer has it: the samples on the page behind its link; Enter deploys a change, an error is printed,
 * Ctrl-C ends everything.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { cloudAt } from '../../bin/cli/cloud';
import { readTimeline, resolveExecution } from '../../bin/cli/executions';
import type { Timeline } from '../../bin/history/timeline';
import { adoptEnvironment, localEnvironment } from '../../bin/local-cloud/environment';
import { findRunningCloud } from '../../bin/local-cloud/running';
import { openBrowser } from '../../tools/browser';
import { samplesNamed } from '../../tools/local/samples';
import { orderInput } from '../../tools/world/orders';
import { inBrowser } from './support/console';
import { against, colourOf, isRunning, type Look, statesThat } from './support/looks';
import { OwnCloud } from './support/own-cloud';
import { walkThrough } from './support/walk';

const cloud = new OwnCloud();
const samples = samplesNamed('');
let link: string;
/** What `npm start` has printed when the samples are over. */
let samplesOver: Promise<string>;

beforeAll(async () => {
  const printed = await cloud.start([], 'See it run:');
  link = /http:\S+#token=\w+/.exec(printed)?.[0] ?? '';
  samplesOver = cloud.untilShown('Ctrl-C');
}, 300_000);

afterAll(() => cloud.close());

inBrowser('the samples on the page, held against their histories', () => {
  let browser: Browser;
  /** In the order in which they were seen. */
  let whileRunning: Look[];
  /** By the name of the sample: what its execution showed in the end, and its history. */
  const ended = new Map<string, { look: Look; timeline: Timeline }>();
  /** By name; of two executions of the same name, the one that the list has. */
  const histories = new Map<string, Timeline>();

  beforeAll(async () => {
    browser = await openBrowser();
    const names = samples.map(({ name }) => name);
    const walk = await walkThrough(browser, link, names);
    whileRunning = await walk.whileRunning(samplesOver);

    const printed = await samplesOver;
    const read = readerOf(cloud);
    for (const { name, expected } of samples) {
      // Where a sample runs twice under one name, the table's details say which one it is about.
      const id = new RegExp(`history (arn:\\S+:${name})\\b`).exec(printed)?.[1] ?? name;
      ended.set(name, { look: await walk.after(id, expected), timeline: await read(id) });
      histories.set(name, await read(name));
    }
  }, 300_000);

  afterAll(() => browser.close());

  const looksOf = (name: string) => whileRunning.filter((look) => look.name === name);
  const commands = (words: string) => [`npm run workflows -- ${words}`];

  test('after it, each sample has the sign, the word and the colour of its outcome', () => {
    const shown = [...ended].map(([name, { look }]) => `${name}: ${look.badge} | ${colourOf(look.colour)}`);
    const expected = samples.map(({ name, expected: outcome }) => {
      const { timeline } = ended.get(name) ?? {};
      return `${name}: ${timeline && against(timeline).badge(outcome)}`;
    });
    expect(shown).toEqual(expected);
  });

  test('after it, each of its states has the sign, the word, the colour and the tries that its history tells', () => {
    const wrong = [...ended].flatMap(([name, { look, timeline }]) =>
      against(timeline)
        .inTheEnd(look)
        .map((each) => `${name}: ${each}`),
    );
    expect(wrong).toEqual([]);
  });

  test('while it runs, its states are as they were at one moment of its history', () => {
    const wrong = [...histories].flatMap(([name, timeline]) => {
      const { meanwhile } = against(timeline);
      return looksOf(name).flatMap((look) => meanwhile(look).map((each) => `${name}: ${each}`));
    });
    expect([...new Set(wrong)]).toEqual([]);
  });

  test('what runs was seen running: blue, with a state that is running or waits for its next try', () => {
    const running = whileRunning.filter(isRunning);
    const names = [...new Set(running.map(({ name }) => name))];
    expect(names).toEqual(expect.arrayContaining(['order-1008', 'onboarding-cid']));
    // Some are over before one can look; more of them on a fast machine.
    expect(names.length).toBeGreaterThanOrEqual(5);
    expect(new Set(running.map(({ colour }) => colourOf(colour)))).toEqual(new Set(['blue']));
    const open = (look: Look) => [...statesThat('running', look), ...statesThat('waiting', look)];
    const unmarked = running.filter((look) => open(look).length === 0);
    expect(unmarked.map(({ name }) => name)).toEqual([]);
    expect(looksOf('onboarding-cid').flatMap((look) => statesThat('waiting', look))).not.toEqual([]);
  });

  test('the command to copy: for a review that waits, for what failed, and else none', () => {
    for (const look of looksOf('order-1008').filter(isRunning)) {
      const waits = statesThat('running', look).includes('ReviewPayment');
      expect(look.commands).toEqual(waits ? commands('review approve|reject order-1008') : []);
    }
    const last = [...ended].map(([name, { look }]) => [name, look.commands]);
    expect(Object.fromEntries(last.filter(([, shown]) => shown?.length !== 0))).toEqual({
      'order-1005': commands('start order --from order-1005 --attempt 2'),
      'onboarding-cid': commands('start onboarding --from onboarding-cid --attempt 2'),
    });
  });

  test.each([
    ['order-1005', 'SHIPPED'],
    ['onboarding-cid', 'ONBOARDED'],
  ])('the command that %s shows, pasted, makes it %s', async (name, outcome) => {
    const [command = ''] = ended.get(name)?.look.commands ?? [];
    const words = command.replace('npm run workflows -- ', '').split(' ');
    const { out, err } = await cloud.workflows([...words, '--wait']);
    expect(`${out}${err}`).toContain(`${name}_2  ${outcome}`);
  });
});

/** Reads histories from a cloud of its own, by name or ARN. */
function readerOf(own: OwnCloud): (id: string) => Promise<Timeline> {
  const running = findRunningCloud(join(own.repository, '.local/cloud.json'));
  if (!running) throw new Error('The local cloud has ended');
  adoptEnvironment(localEnvironment(running.endpoints, process.env));
  const at = cloudAt('local', 'the cloud of this test');
  return async (id) => readTimeline(at, await resolveExecution(at, id));
}

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

test('every sample ends as expected, with its effects', async () => {
  expect(await samplesOver).toContain(`All ${samples.length} ended as expected.`);
});

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
