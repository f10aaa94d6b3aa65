/** Walks through executions on the page, as somebody who wants to see all of them. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Look } from './looks';

export interface Walk {
  /** Looks at those that run, one at a time, until `end`: each time at the one that was seen least. */
  whileRunning(end: Promise<unknown>): Promise<Look[]>;
  /** Looks at one that has ended, by name or ARN, once its badge has this text. */
  after(id: string, outcome: string): Promise<Look>;
}

/** @param names of the executions to look at while they run */
export async function walkThrough(browser: Browser, link: string, names: readonly string[]): Promise<Walk> {
  const page = await browser.newPage();
  await page.addInitScript({ path: join(__dirname, 'look.js') });
  await page.goto(link);
  const open = async (id: string) => {
    await page.goto(`${link}&execution=${id}`);
    await page.locator('#verdict h1', { hasText: id.split(':').at(-1) ?? id }).waitFor();
  };
  const look = (): Promise<Look> => page.evaluate('look()');

  return {
    async whileRunning(end) {
      const looks: Look[] = [];
      const seen = (name: string) => looks.filter((each) => each.name === name).length;
      let isOver = false;
      end.finally(() => (isOver = true)).catch(() => {});
      while (!isOver) {
        const [next] = (await running(page))
          .filter((each) => names.includes(each))
          .sort((a, b) => seen(a) - seen(b));
        if (next !== undefined) {
          await open(next);
          looks.push(await look());
        }
        await page.waitForTimeout(100);
      }
      return looks;
    },
    async after(id, outcome) {
      await open(id);
      const badge = page.locator('#verdict .badge', { hasText: outcome });
      // When it does not come, the tests tell what is there.
      await badge.waitFor({ timeout: 10_000 }).catch(() => {});
      return look();
    },
  };
}

const running = (page: Page): Promise<string[]> =>
  page.locator('#list .item.running .name > :first-child').allTextContents();
