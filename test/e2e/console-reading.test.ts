/**
 * The page for those who enlarge it, have a small screen or a dark one, use keys only, or get dizzy when things move.
 */

import { join } from 'node:path';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../../tools/browser';
import { asked, large, workflows } from '../../tools/local/samples/reviews';
import { execute } from '../../tools/local/samples/run';
import { cloud, output } from './support/cloud';
import { inBrowser, type OpenConsole, openConsole } from './support/console';

/** A product for this file only, because other files check the stock of theirs. */
const SKU = 'LENS';
const DECLINED = 'order-read-declined';
const WAITING = 'order-read-waiting';

/** Each view by its address, with the part of the page that it is. */
const views = [
  ['', '#overview'],
  [`&execution=${DECLINED}`, '#execution'],
  ['&definition=order', '#definition'],
  [`&compare=${DECLINED},${WAITING}`, '#comparison'],
] as const;

inBrowser('the page, for all', () => {
  let shown: OpenConsole;
  let browser: Browser;
  let page: Page;
  let waiting: Promise<unknown>;

  beforeAll(async () => {
    await new DynamoDB().putItem({
      TableName: output('OrderProcessing', 'InventoryTableName'),
      Item: { sku: { S: SKU }, available: { N: '10' } },
    });
    const orders = output('OrderProcessing', 'StateMachineArn');
    const declined = { ...large('read-declined', SKU), paymentMethodId: 'pm_card_chargeDeclined' };
    await execute(orders, DECLINED, declined);
    [browser, shown] = await Promise.all([openBrowser(), openConsole()]);
    page = await browser.newPage();
    await page.addInitScript({ path: join(__dirname, 'support/page-checks.js') });
    page.setDefaultTimeout(30_000);
    waiting = execute(orders, WAITING, large('read-waiting', SKU));
    await asked(cloud, WAITING);
  });

  afterAll(async () => {
    await workflows(cloud, ['review', 'reject', WAITING]).catch(() => {});
    await waiting;
    await browser.close();
    await shown.end();
  });

  const open = async (address: string, part: string) => {
    await page.goto(`${shown.link}${address}`);
    await page.locator(part).waitFor();
    // A small screen hides it.
    await page.locator('#list .item').first().waitFor({ state: 'attached' });
  };

  test('what runs moves, but not for who wants no motion; its sign and words say it too', async () => {
    await open(`&execution=${WAITING}`, '#execution');
    expect(await page.evaluate('moving()')).toEqual(['ReviewPayment: is running']);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await page.evaluate('moving()')).toEqual([]);
    expect(await page.textContent('#graph .node.running .mark')).toBe('▶');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
  });

  test.each(['light', 'dark'] as const)(
    'in %s every text can be read, in every view',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 1280, height: 800 });
      for (const [address, part] of views) {
        await open(address, part);
        expect(await page.evaluate('poorTexts()')).toEqual([]);
      }
      await page.emulateMedia({ colorScheme: 'light' });
    },
  );

  test.each([
    ['enlarged to 200 %', 640, 400],
    ['on a phone', 360, 740],
  ])('%s nothing is wider than the screen, in every view', async (_where, width, height) => {
    await page.setViewportSize({ width, height });
    for (const [address, part] of views) {
      await open(address, part);
      expect([part, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([part, width]);
    }
  });

  test('Tab goes from part to part as one reads, stops once in a list and once in the graph, and is seen', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await open(`&execution=${DECLINED}`, '#execution');
    const stops: { part: string; isSeen: boolean }[] = [];
    for (;;) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate<(typeof stops)[number] | undefined>('focused()');
      if (!stop || stops.length > 40) break;
      stops.push(stop);
    }
    const parts = stops.map(({ part }) => part);
    const ids = await page.$$eval('[id]', (all) => all.map(({ id }) => id));
    const inOrder = ids.filter((id) => parts.includes(id));
    expect([...new Set(parts)]).toEqual(inOrder);
    expect(inOrder).toEqual(
      expect.arrayContaining(['filters', 'list', 'verdict', 'graph', 'waterfall', 'details']),
    );
    expect(parts).toEqual([...parts].sort((a, b) => parts.indexOf(a) - parts.indexOf(b)));
    expect(stops.filter(({ isSeen }) => !isSeen)).toEqual([]);
    expect(stops.length).toBeLessThan(30);
  });

  test('arrows move in the graph, Enter chooses', async () => {
    const focus = () => page.evaluate('document.activeElement.getAttribute("data-focus")');
    const before = await page.getAttribute('#graph .node[tabindex="0"]', 'data-focus');
    await page.locator('#graph .node[tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    const after = await focus();
    expect(after).not.toBe(before);
    await page.keyboard.press('Enter');
    await page.locator('#details h2', { hasText: String(after) }).waitFor();
    expect(await focus()).toBe(after);
  });
});
