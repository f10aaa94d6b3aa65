// `npm run picture`: takes the README's picture of the console, from the local cloud that is up. See --help.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Browser } from 'playwright-core';
import { connect } from '../../bin/cli/cloud';
import { repository } from '../../bin/local-cloud/paths';
import { startConsole } from '../../console';
import { chromiumPath, openBrowser } from '../browser';

interface Options {
  state?: string;
  output: string;
  size: { width: number; height: number };
  scheme: 'light' | 'dark';
}

const COLOURS = 128;

const program = new Command('npm run picture --')
  .description(
    'Takes a picture of an execution in the console. The local cloud must be up with it: npm start.',
  )
  .argument('[execution]', 'its name', 'order-1005')
  .option('--state <state>', 'one of its states: it is chosen, and in the middle', 'ReleaseInventory')
  .option('--output <file>', 'where the picture goes, as WebP', join('docs', 'console.webp'))
  .option('--size <pixels>', 'width and height of the window', sizeOf, { width: 1200, height: 800 })
  .addOption(new Option('--scheme <colours>').choices(['light', 'dark']).default('light'));

async function main(): Promise<void> {
  if (!chromiumPath) throw new Error('There is no Chromium here. On Debian: bash .ci/install-browser');
  const [execution = ''] = program.parse().processedArgs;
  const cloud = await connect('local');
  const { link, close } = await startConsole(cloud, (words) => `npm run workflows -- ${words}`);
  const browser = await openBrowser();
  try {
    const { output, state, ...look } = program.opts<Options>();
    const picture = await small(
      browser,
      await taken(browser, link({ execution, ...(state && { state }) }), look),
    );
    writeFileSync(join(repository, output), picture);
    process.stdout.write(`${output}: ${Math.ceil(picture.length / 1024)} KB\n`);
  } finally {
    await browser.close();
    await close();
  }
}

/** A PNG of what the link shows once all of it is there. */
async function taken(browser: Browser, link: string, { size, scheme }: Pick<Options, 'size' | 'scheme'>) {
  const page = await browser.newPage({ viewport: size, colorScheme: scheme, reducedMotion: 'reduce' });
  await page.goto(link);
  await page.locator('#verdict h1').waitFor();
  await page.locator('#list .item').first().waitFor({ state: 'attached' });
  return page.screenshot();
}

async function small(browser: Browser, png: Buffer): Promise<Buffer> {
  const page = await browser.newPage();
  await page.addScriptTag({ path: join(__dirname, 'few-colours.js') });
  const url = `data:image/png;base64,${png.toString('base64')}`;
  const webp = await page.evaluate<string>(`fewColours('${url}', ${COLOURS})`);
  return Buffer.from(webp.replace(/^.*,/, ''), 'base64');
}

function sizeOf(text: string): Options['size'] {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (!width || !height) throw new InvalidArgumentError('Write 1200x800.');
  return { width: Number(width), height: Number(height) };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
