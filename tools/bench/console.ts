/**
 * What a reader of the console waits for, in Chromium: the first paint, scrolling and choosing in a long execution while
 * it goes on, and searching an import.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { startConsole } from '../../console';
import { chromiumPath, openBrowser } from '../browser';
import { ORDERS, openConsoleWorld } from './console-world';
import { type Measure, median } from './measure';

const MOST_KB = 120;
const MOST_PAINT_MS = 500;
const MOST_FRAME_MS = 50;
const FRAMES = 180;
const CHOICES = 20;
const SEARCHES = ['a-777', 'line 9876', 'a-1234', 'a-5'];
const EMPTY = 'data:text/html,<main>empty</main>';
/** As many lines as the long execution has rows, without anything that goes on. */
const PLAIN = `data:text/html,<main style="height:400px;overflow:auto">${'<p>line</p>'.repeat(200)}</main>`;

/** Nothing where there is no Chromium. */
export async function measureConsole(): Promise<Measure[]> {
  if (chromiumPath === undefined) return [];
  const world = await openConsoleWorld();
  const browser = await openBrowser();
  const { link, close } = await startConsole(world.cloud, (words) => words);
  let isOver = false;
  const going = (async () => {
    while (!isOver) {
      await sleep(500);
      await world.goOn();
    }
  })();
  try {
    const first = await paint(browser, link());
    const again = await paint(browser, link());
    return [
      { what: 'The console’s page', value: first.bytes / 1024, unit: 'KB', aim: { most: MOST_KB } },
      {
        what: 'First paint, just started',
        value: first.milliseconds,
        unit: 'ms',
        aim: { most: MOST_PAINT_MS },
        note: `after navigation; an empty page: ${first.empty.toFixed(0)} ms`,
      },
      {
        what: 'First paint, later',
        value: again.milliseconds,
        unit: 'ms',
        aim: { most: MOST_PAINT_MS },
        note: `an empty page: ${again.empty.toFixed(0)} ms`,
      },
      ...(await measureLong(browser, link({ execution: 'order-long' }), () => world.long.events.length)),
      ...(await measureImport(browser, link({ execution: world.importName, run: world.mapRun }))),
    ];
  } finally {
    isOver = true;
    await going;
    await close();
    await browser.close();
  }
}

/** Milliseconds from the navigation to the first paint, with those of an empty page to compare with. */
async function paint(browser: Browser, link: string) {
  const firstPaint = async (address: string) => {
    const page = await browser.newPage();
    const response = await page.goto(address);
    const milliseconds = await inside<number>(page, 'firstPaint');
    const bytes = response ? (await response.body()).length : 0;
    await page.close();
    return { milliseconds, bytes };
  };
  const shown = await firstPaint(link);
  const { milliseconds: empty } = await firstPaint(EMPTY);
  return { ...shown, empty };
}

async function measureLong(browser: Browser, link: string, events: () => number): Promise<Measure[]> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(PLAIN);
  const plain = await frames(page, 'main');
  await page.goto(link);
  await page.locator('#waterfall .row').nth(100).waitFor({ state: 'attached' });
  const before = events();
  const scrolled = await frames(page, '#waterfall');
  const rows = await inside<number[]>(page, 'clicks', '#waterfall .row', CHOICES);
  const nodes = await inside<number[]>(page, 'clicks', '#graph .node', CHOICES);
  const note = `${before} to ${events()} events, polled every second`;
  await page.close();
  const framed = (what: string, { times, busy }: Frames) => ({
    what,
    value: Math.max(...times),
    unit: 'ms' as const,
    note:
      `${times.filter((time) => time > MOST_FRAME_MS).length} of ${FRAMES} frames longer than ${MOST_FRAME_MS} ms; ` +
      `the page’s own processor time: ${busy.toFixed(1)} ms a frame`,
  });
  const chosen = (what: string, times: readonly number[]): Measure => ({
    what,
    value: median(times),
    unit: 'ms',
    aim: { most: MOST_FRAME_MS },
    note: `from the click to the frame with its details; median of ${CHOICES}, longest ${Math.max(...times).toFixed(0)} ms`,
  });
  const long = framed('Longest frame of an execution that is scrolled and goes on', scrolled);
  return [
    framed('Longest frame of a plain list that is scrolled, to compare with', plain),
    { ...long, aim: { most: MOST_FRAME_MS }, note: `${long.note}; ${note}` },
    chosen('Choosing a row of it', rows),
    chosen('Choosing a state of its graph', nodes),
  ];
}

/** Milliseconds. */
interface Frames {
  times: number[];
  /** Processor time of the page's main thread, for each frame on the average: this depends less on what else runs. */
  busy: number;
}

async function frames(page: Page, part: string): Promise<Frames> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busySeconds = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
  const before = await busySeconds();
  const times = await inside<number[]>(page, 'frames', part, FRAMES);
  return { times, busy: ((await busySeconds()) - before) * (1000 / FRAMES) };
}

async function measureImport(browser: Browser, link: string): Promise<Measure[]> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const started = performance.now();
  await page.goto(link);
  await page.locator('#run-rows', { hasText: `${ORDERS} found` }).waitFor();
  const listed = performance.now() - started;
  const rows = await page.locator('#run-rows tbody tr').count();
  const searched = await inside<number[]>(page, 'searches', '#run-search', '#run-rows', SEARCHES);
  const bytes = await inside<number>(page, 'largestAnswer', '/run');
  await page.close();
  return [
    {
      what: `An import of ${ORDERS} orders is listed`,
      value: listed,
      unit: 'ms',
      note: `from the navigation; ${rows} rows on the page, answers of at most ${(bytes / 1024).toFixed(0)} KB`,
    },
    {
      what: 'A search in it',
      value: median(searched),
      unit: 'ms',
      note: `from the letter to its rows; median of ${SEARCHES.length}, longest ${Math.max(...searched).toFixed(0)} ms`,
    },
  ];
}

const script = readFileSync(join(__dirname, 'in-page.js'), 'utf8');

/** Calls a function of in-page.js. */
async function inside<T>(page: Page, name: string, ...args: unknown[]): Promise<T> {
  await page.evaluate(script);
  return page.evaluate(`inPage.${name}(...${JSON.stringify(args)})`);
}
