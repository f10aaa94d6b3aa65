// Makes the page: one HTML file with its script and style inside, which its content security policy names by hash.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Page {
  html: string;
  /** Its Content-Security-Policy: it runs nothing but its own script, and talks to nobody but its own server. */
  policy: string;
}

const folder = join(__dirname, 'page');

let made: Promise<Page> | undefined;

/** Made once. */
export const page = (): Promise<Page> => (made ??= make());

async function make(): Promise<Page> {
  const { build, transform } = await import('esbuild');
  const [bundled, css, template] = await Promise.all([
    build({
      entryPoints: [join(folder, 'main.ts')],
      bundle: true,
      minify: true,
      write: false,
      target: 'es2022',
      format: 'iife',
      logLevel: 'silent',
    }),
    readFile(join(folder, 'page.css'), 'utf8'),
    readFile(join(folder, 'page.html'), 'utf8'),
  ]);
  const script = bundled.outputFiles[0]?.text.trim() ?? '';
  const style = (await transform(css, { loader: 'css', minify: true })).code.trim();
  return {
    // Functions, because a replacement text would give `$&` a meaning.
    html: template.replace('/* style */', () => style).replace('/* script */', () => script),
    policy: [
      "default-src 'none'",
      `script-src '${hashOf(script)}'`,
      `style-src '${hashOf(style)}'`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ].join('; '),
  };
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
