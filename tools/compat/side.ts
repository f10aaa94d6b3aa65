/** One of the two revisions: its definitions, and its functions as bundles that can be compared. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { Problem } from '../local/problem';
import type { Definitions } from './calls';

export interface Side {
  /** The folder with its files. */
  root: string;
  definitions: Definitions;
  /** The code of each function by name, with all that it imports but packages: comments and formatting do not count. */
  functions: Readonly<Record<string, string>>;
  /** The text of package-lock.json. */
  lock: string;
  /** Why today's world cannot have its functions, if it cannot. */
  problem: string | undefined;
}

/** Throws a Problem when a definition is not JSON, or a function cannot be bundled. */
export function sideIn(root: string): Side {
  try {
    const definitions = definitionsIn(root);
    for (const text of Object.values(definitions)) JSON.parse(text);
    const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
    return { root, definitions, functions: functionsIn(root), lock, problem: problemIn(root) };
  } catch (error) {
    throw new Problem(
      `A revision cannot be read: ${Object(error).message}`,
      `npm run check says more of the work tree. The paths are of ${basename(root) === 'base' ? 'the base' : 'a copy of it'}.`,
    );
  }
}

/** Its own error sets are written out. */
function definitionsIn(root: string): Definitions {
  const { withErrorSets }: typeof import('../../lib/workflow/error-sets') = require(
    join(root, 'lib/workflow/error-sets'),
  );
  const folder = join(root, 'statemachines');
  return Object.fromEntries(
    readdirSync(folder)
      .filter((file) => file.endsWith('.asl.json'))
      .map((file) => [basename(file, '.asl.json'), withErrorSets(readFileSync(join(folder, file), 'utf8'))]),
  );
}

function functionsIn(root: string): Side['functions'] {
  const entryPoints = readdirSync(join(root, 'lambda'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.lambda.ts'))
    .map((file) => join('lambda', file));
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints,
    outdir: 'out',
    bundle: true,
    packages: 'external',
    platform: 'node',
    minify: true,
    write: false,
    logLevel: 'silent',
  });
  return Object.fromEntries(outputFiles.map(({ path, text }) => [basename(path, '.lambda.js'), text]));
}

/** Loads what makes its functions. */
function problemIn(root: string): string | undefined {
  const folder = join(root, 'tools/world/functions');
  try {
    for (const file of readdirSync(folder)) require(join(folder, file));
    return undefined;
  } catch (error) {
    return String(Object(error).message).split('\n')[0];
  }
}

/** Names that only one of them has, or that mean another thing in each. */
export const differencesOf = (
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((name) => one[name] !== other[name])
    .sort();
