// Chromium, where this machine has it: for tests and measurements of pages.

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Undefined on a machine without Chromium. */
export const chromiumPath = places.find((path) => existsSync(path));

/** A container's root has no sandbox; the page comes from this machine. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ ...(chromiumPath && { executablePath: chromiumPath }), args: ['--no-sandbox'] });
