/** The page that shows executions: what it is told of the deployed stacks, and what a browser makes of that. */

import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { SFN } from '@aws-sdk/client-sfn';
import type { Browser, Page } from 'playwright-core';
import type {
  ExecutionList,
  Health,
  RunPage,
  ShownExecution,
  ShownLogs,
  ShownRecord,
} from '../../console/model';
import { executionArn } from '../../contracts/names';
import { openBrowser } from '../../tools/browser';
import { withShipmentsRefused } from '../../tools/local/fulfilment-fault';
import { asked, large, workflows } from '../../tools/local/samples/reviews';
import { execute } from '../../tools/local/samples/run';
import { orderInput } from '../../tools/world/orders';
import { cloud, output } from './support/cloud';
import { inBrowser, type OpenConsole, openConsole } from './support/console';
import { histories, taskTokensOf } from './support/kept';

/** A product for this file only, because other files check the stock of theirs. */
const SKU = 'ATLAS';

const orders = () => output('OrderProcessing', 'StateMachineArn');
const run = (orderId: string, changes = {}) =>
  execute(
    orders(),
    `order-${orderId}`,
    orderInput({ orderId, items: [{ sku: SKU, quantity: 1, unitPrice: 700 }], ...changes }),
  );

/** Each outcome with what the page must say of it: the sign, the word, and the command. */
const endings = [
  ['order-seen-shipped', '✓ SHIPPED', undefined],
  ['order-seen-declined', '! PAYMENT_DECLINED', undefined],
  ['order-seen-undone', '✕ FAILED', 'start order --from order-seen-undone --attempt 2'],
] as const;

const REVIEWED = 'order-seen-review';

/** Three orders, and a line that is none. */
const IMPORTED = [1, 2, 3]
  .map((number) =>
    JSON.stringify(
      orderInput({ orderId: `imported-${number}`, items: [{ sku: SKU, quantity: 1, unitPrice: 700 }] }),
    ),
  )
  .toSpliced(1, 0, 'no order')
  .join('\n');

let shown: OpenConsole;
let reviewed: Promise<unknown>;
/** The import's name. */
let imported: string;

beforeAll(async () => {
  await new DynamoDB().putItem({
    TableName: output('OrderProcessing', 'InventoryTableName'),
    Item: { sku: { S: SKU }, available: { N: '10' } },
  });
  const queueUrl = output('OrderProcessing', 'FulfilmentQueueUrl');
  await withShipmentsRefused({ stateMachineArn: orders(), queueUrl }, () => run('seen-undone'));
  reviewed = execute(orders(), REVIEWED, large('seen-review', SKU));
  await Promise.all([
    run('seen-shipped'),
    run('seen-declined', { paymentMethodId: 'pm_card_chargeDeclined' }),
    asked(cloud, REVIEWED),
    importFile(),
  ]);
  shown = await openConsole();
});

async function importFile(): Promise<void> {
  const file = join(mkdtempSync(join(tmpdir(), 'console-')), 'orders.jsonl');
  writeFileSync(file, IMPORTED);
  imported = `import-${createHash('sha256').update(IMPORTED).digest('hex').slice(0, 32)}`;
  await workflows(cloud, ['import', file, '--wait']);
}

const execution = async (id: string): Promise<ShownExecution> =>
  JSON.parse(await shown.ask(`execution?id=${id}`));

test('the list has what failed before what runs before the rest, with the outcomes of the business', async () => {
  const { executions }: ExecutionList = JSON.parse(await shown.ask('executions?workflow=order'));
  const seen = executions.filter(({ name }) => name.startsWith('order-seen-'));
  expect(seen.map(({ name, outcome, undone }) => [name, outcome, undone])).toEqual([
    ['order-seen-undone', 'FAILED', true],
    [REVIEWED, 'RUNNING', undefined],
    [expect.any(String), expect.stringMatching(/^(SHIPPED|PAYMENT_DECLINED)$/), undefined],
    [expect.any(String), expect.stringMatching(/^(SHIPPED|PAYMENT_DECLINED)$/), undefined],
  ]);
});

test('an order that was undone: the states as they stand, on the definition that it ran on', async () => {
  const { states, drawing, undone, next } = await execution('order-seen-undone');
  expect(states).toMatchObject({
    CreateShipment: { standing: 'caught' },
    ReversePayment: { standing: 'undone' },
    OrderFailed: { standing: 'failed' },
  });
  expect(drawing.nodes.map(({ state }) => state)).toEqual(expect.arrayContaining(Object.keys(states)));
  expect(undone).toHaveLength(3);
  expect(next.at(-1)?.run).toBe('npm run workflows -- start order --from order-seen-undone --attempt 2');
});

test('an order that waits for its review: where, the command, the review inline, and not its token', async () => {
  const { at, next, rows, arn } = await execution(REVIEWED);
  expect(at).toEqual(['ReviewPayment']);
  expect(next[0]?.run).toContain('review approve|reject');
  expect(rows).toContainEqual(
    expect.objectContaining({ state: 'RequestReview', nested: true, standing: 'running' }),
  );

  const tokens = (await histories())
    .filter(({ executionArn: each }) => each.endsWith(`:${REVIEWED}-review-0`))
    .flatMap(({ events }) => taskTokensOf(events));
  expect(tokens).toHaveLength(1);
  const answer = await shown.ask(`execution?id=${arn}`);
  expect(answer).not.toContain(tokens[0]);
  expect(answer).toContain('(masked)');
});

test("the stage's health: the review that waits, outcomes, versions, and nothing that could not be read", async () => {
  const health: Health = JSON.parse(await shown.ask('health'));
  const { stopped, reviews, outcomes, versions } = health;
  for (const { problems } of [stopped, reviews, outcomes, versions]) expect(problems).toEqual([]);
  expect(health.sentence).toMatch(/review(s)? wait/);
  expect(reviews.found).toContainEqual(
    expect.objectContaining({
      execution: REVIEWED,
      amount: '1500.00 EUR',
      answers: ['approve', 'reject'].map((word) => `npm run workflows -- review ${word} ${REVIEWED}`),
    }),
  );
  expect(stopped.found.map(({ name }) => name)).not.toContain('order-seen-undone');
  expect(outcomes.found.map(({ workflow }) => workflow)).toEqual([
    'order',
    'onboarding',
    'import',
    'reconcile',
  ]);
  expect(outcomes.found[0]?.outcomes).toContainEqual(
    expect.objectContaining({ outcome: 'FAILED', undone: true }),
  );
  expect(versions.found.map(({ workflow }) => workflow)).toEqual(
    expect.arrayContaining(['order', 'payment-review']),
  );
  for (const { live, since } of versions.found)
    expect([live, typeof since]).toEqual([expect.stringMatching(/^version \d+$/), 'number']);
});

test('an import: what became of each line of its file, by its Map Run', async () => {
  const { mapRuns } = await execution(imported);
  expect(mapRuns).toMatchObject([
    { state: 'StartOrders', status: 'SUCCEEDED', batches: { succeeded: 1 }, orders: { succeeded: 3 } },
  ]);
  const { orders }: RunPage = JSON.parse(await shown.ask(`run?id=${mapRuns[0]?.arn}`));
  expect(orders.map(({ line, kind, execution: name }) => [line, kind, name])).toEqual([
    [2, 'INVALID', undefined],
    [1, 'STARTED', 'order-imported-1'],
    [3, 'STARTED', 'order-imported-2'],
    [4, 'STARTED', 'order-imported-3'],
  ]);
});

test('what functions logged: of a state, and of the execution in order', async () => {
  const { rows } = await execution('order-seen-undone');
  const visit = rows.flatMap((row) => ('key' in row && row.state === 'CreateShipment' ? row.key : []))[0];
  const logs = async (query: string): Promise<ShownLogs> =>
    JSON.parse(await shown.ask(`logs?id=order-seen-undone${query}`));
  const { lines, functions } = await logs(`&visit=${visit}`);
  expect(functions).toEqual(['CreateShipment']);
  expect(lines).toEqual([
    expect.objectContaining({ state: 'CreateShipment', level: 'ERROR', details: expect.any(Array) }),
  ]);
  expect(lines[0]?.stack.length).toBeGreaterThan(3);

  const all = await logs('');
  expect(all.problems).toEqual([]);
  expect(all.lines.map(({ state }) => state)).toEqual([
    'ValidateOrder',
    'ChargeCard',
    'CreateShipment',
    'CancelShipment',
    'ReleaseInventory',
    'ReversePayment',
  ]);
});

test('what the tables and the double of Stripe hold: nothing of an order that was undone', async () => {
  const records: ShownRecord[] = JSON.parse(await shown.ask('records?id=order-seen-undone'));
  expect(records.map(({ title, says }) => `${title}: ${says}`)).toEqual([
    expect.stringMatching(/^Stock of ATLAS: \d+ free, 1 given back by this execution$/),
    expect.stringMatching(/^Reservation: released/),
    expect.stringMatching(/^Payment record: pi_\w+, .*reversed/),
    expect.stringMatching(/^Payment at Stripe: .* released again, nothing taken$/),
  ]);
});

inBrowser('the page in a browser', () => {
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  const asked = new Set<string>();

  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    page.setDefaultTimeout(15_000);
    await page.goto(shown.link);
  });

  afterAll(() => browser.close());

  const open = async (name: string) => {
    await page.locator('.item', { hasText: name }).click();
    await page.locator('#verdict h1', { hasText: name }).waitFor();
  };
  const marked = (standing: string) =>
    page.$$eval(`#graph .node.${standing}`, (nodes) => nodes.map((node) => node.getAttribute('aria-label')));

  test('the first view says who waits, with the command; its order is lit while it runs, and done once answered, without a reload', async () => {
    // One of its own, because the local cloud waits 30 s for an answer.
    const name = 'order-seen-now';
    const order = execute(orders(), name, large('seen-now', SKU));
    const waiting = page.locator('#now .case', { hasText: name });
    await waiting.waitFor();
    expect(await page.textContent('#now .badge')).toMatch(/A person is (asked|needed)$/);
    expect(await waiting.locator('code').allTextContents()).toEqual(
      ['approve', 'reject'].map((word) => `npm run workflows -- review ${word} ${name}`),
    );
    expect(await page.textContent('#figures')).toMatch(/order \d+.*SHIPPED.*Versions.*payment-review/);

    await waiting.locator('.link').click();
    await page.locator('#verdict h1', { hasText: name }).waitFor();
    expect(await page.isVisible('#overview')).toBe(false);
    expect(await page.textContent('#verdict .badge')).toBe('▶ RUNNING');
    expect(await marked('running')).toEqual(['ReviewPayment: is running']);
    // What the reader unfolds stays so while the page goes on.
    const facts = await page.textContent('#verdict .head');
    await page.click('#verdict summary');
    await page
      .locator('#verdict .head')
      .filter({ hasNotText: facts ?? '' })
      .waitFor();
    expect(await page.isVisible('#verdict pre')).toBe(true);
    await page.locator('#waterfall .row[title^="ReviewPayment: is running"]').focus();
    await workflows(cloud, ['review', 'approve', name]);
    await page.locator('#verdict .badge', { hasText: '✓ SHIPPED' }).waitFor();
    expect(await marked('running')).toEqual([]);
    expect(await marked('done')).toContain('ReviewPayment: done');
    // The row is the same element, with what is known now.
    expect(await page.getAttribute('#waterfall :focus', 'title')).toMatch(/^ReviewPayment: done/);
    const bars = await page.$$eval('#waterfall .track', (tracks) =>
      tracks.map((track) => [track, ...track.children].map((each) => each.getBoundingClientRect())),
    );
    for (const [track, bar] of bars) {
      expect(bar?.left).toBeGreaterThanOrEqual(track?.left ?? 0);
      expect(bar?.right).toBeLessThanOrEqual((track?.right ?? 0) + 1);
    }
    expect(Math.max(...bars.map(([, bar]) => bar?.width ?? 0))).toBeGreaterThan(20);
    await order;
  });

  test('every ending has its sign, its word and its command', async () => {
    for (const [name, badge, command] of endings) {
      await open(name);
      expect(await page.textContent('#verdict .badge')).toBe(badge);
      const commands = await page.locator('#verdict code').allTextContents();
      expect(commands).toEqual(command === undefined ? [] : [`npm run workflows -- ${command}`]);
    }
    expect(await marked('failed')).toEqual(['OrderFailed: failed']);
    expect(await marked('caught')).toEqual([
      expect.stringMatching(/^CreateShipment: failed, and was handled/),
    ]);
    expect(await marked('undone')).toHaveLength(3);
  });

  test('keys search, open, choose a state and go back', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('seen-declined');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('#verdict h1', { hasText: 'order-seen-declined' }).waitFor();
    await page.locator('#graph .node[data-focus="ChargeCard"]').press('Enter');
    expect(await page.textContent('#details h2')).toBe('ChargeCard');
    expect(await page.textContent('#details')).toContain('PaymentDeclined');
    await page.keyboard.press('Escape');
    expect(await page.isVisible('#execution')).toBe(false);
    expect(await page.isVisible('#overview')).toBe(true);
    await page.fill('#search', '');
  });

  test('a state says what its definition lets it do, and the definition shows all of them', async () => {
    await open('order-seen-undone');
    await page.locator('#graph .node[data-focus="ReversePayment"]').click();
    await page.locator('#details summary', { hasText: '2 retriers' }).click();
    expect(await page.textContent('#details')).toContain('up to 40 more tries, 2 s apart');
    await page.locator('#verdict .link', { hasText: 'definition' }).click();
    await page.locator('#definition h1', { hasText: 'order-seen-undone' }).waitFor();
    await page.locator('#definition-head button', { hasText: 'onboarding' }).click();
    await page.locator('#definition h1', { hasText: 'saas-onboarding' }).waitFor();
    expect(await page.textContent('#definition-head')).toContain('Deployed to the local cloud at ');
    await page.locator('#drawing .node[data-focus="CheckDatabaseStatus"]').press('Enter');
    expect(await page.textContent('#rules')).toContain('DescribeTable is eventually consistent');
    expect(await page.isVisible('#execution')).toBe(false);
    await page.keyboard.press('Escape');
    expect(await page.isVisible('#definition')).toBe(false);
  });

  test('from an import to its lines, a search, its batch, and to the order that it started', async () => {
    await open(imported);
    expect(await page.textContent('#map-runs')).toContain('1 batches');
    await page.locator('#map-runs button').click();
    const rows = page.locator('#run-rows tbody tr');
    await rows.first().waitFor();
    expect(await rows.first().textContent()).toMatch(/^line 2! not a valid order.*is not JSON$/);
    expect(await rows.count()).toBe(4);
    await page.keyboard.press('/');
    await page.keyboard.type('imported-2');
    await page.locator('#run-rows', { hasText: '1 found' }).waitFor();
    expect(await rows.first().textContent()).toContain('line 3✓ startedorder-imported-2');

    await page.fill('#run-search', '');
    await page.click('#run-batches');
    await page.locator('#run-rows [aria-expanded="false"]').click();
    await page.locator('#run-rows .inside .link', { hasText: 'order-imported-3' }).click();
    await page.locator('#verdict h1', { hasText: 'order-imported-3' }).waitFor();
    await page.keyboard.press('Escape');
  });

  test('log lines are asked for when somebody looks, and lead to their state', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await open('order-seen-undone');
    await page.locator('#graph .node[data-focus="CreateShipment"]').press('Enter');
    expect(asked).toContain('/execution');
    expect(asked).not.toContain('/logs');
    await page.locator('#details summary', { hasText: 'Log lines' }).press('Enter');
    await page.locator('#details .lines', { hasText: '✕ ERROR' }).waitFor();

    await page.locator('#tabs button', { hasText: 'All log lines' }).press('Enter');
    await page.locator('#details .lines button', { hasText: 'ReversePayment' }).click();
    expect(await page.textContent('#details h2')).toBe('ReversePayment');
    // What was unfolded stays so from state to state.
    await page.locator('#details .lines', { hasText: 'Done' }).waitFor();

    await page.locator('#tabs button', { hasText: 'Records' }).press('Enter');
    await page.locator('#details .record', { hasText: 'given back by this execution' }).waitFor();
  });

  test('two that are marked stand side by side: where they parted and why', async () => {
    await page.fill('#search', 'order-seen-');
    await page.locator('.item', { hasText: 'order-seen-shipped' }).focus();
    await page.keyboard.press('m');
    await page.locator('.tick[aria-label="Compare order-seen-declined"]').click();
    expect(await page.textContent('#marks')).toContain('A order-seen-shipped, B order-seen-declined');
    await page.locator('#list .item').first().focus();
    await page.keyboard.press('=');
    await page.locator('#parted h1', { hasText: 'Both went the same way until ChargeCard.' }).waitFor();
    expect(await page.textContent('#parted h1')).toContain(
      'order-seen-declined failed there (PaymentDeclined',
    );
    expect(await page.textContent('#aligned')).toContain('pm_card_chargeDeclined');
    expect(await page.locator('#ways .way1').count()).toBeGreaterThan(5);
    expect(await page.getAttribute('#ways .node[data-focus="CreateShipment"]', 'aria-label')).toBe(
      'CreateShipment: A done, B not there',
    );
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.locator('#parted button[aria-label="Take order-seen-shipped away"]').click();
    await page.locator('#verdict h1', { hasText: 'order-seen-declined' }).waitFor();
    await page.locator('#marks button', { hasText: 'Clear' }).click();
    await page.fill('#search', '');
    // Out of the search.
    await page.keyboard.press('Escape');
  });

  test('on a phone nothing is wider than the screen', async () => {
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 360, height: 740 });
    const width = () => page.evaluate('document.documentElement.scrollWidth');
    expect(await width()).toBe(360);
    await open('order-seen-undone');
    expect(await width()).toBe(360);
    await page.locator('#verdict .link', { hasText: 'definition' }).click();
    await page.locator('#definition h1').waitFor();
    expect(await width()).toBe(360);
    await page.keyboard.press('Escape');
    await open(imported);
    await page.locator('#map-runs button').click();
    await page.locator('#run-rows tbody tr').first().waitFor();
    expect(await width()).toBe(360);
  });

  test('the page asked nobody but its server, and nothing went wrong in it', () => {
    expect(problems).toEqual([]);
    expect([...asked].filter((origin) => origin !== new URL(shown.link).origin && origin !== 'null')).toEqual(
      [],
    );
  });
});

test('Ctrl-C ends it', async () => {
  expect(await shown.end()).toBe(130);
  await expect(shown.ask('place')).rejects.toThrow();
});

afterAll(async () => {
  await shown.end();
  const { status } = await new SFN().describeExecution({ executionArn: executionArn(orders(), REVIEWED) });
  if (status === 'RUNNING') await workflows(cloud, ['review', 'approve', REVIEWED]);
  await reviewed;
});
