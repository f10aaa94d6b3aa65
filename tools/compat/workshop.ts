/** The folder in which mixes run: both revisions, what comes of them, and nothing left of it at the end. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../local/problem';
import { start } from '../local/processes';
import type { Revisions } from '../revisions/revisions';
import { temporaryFolder } from '../revisions/temporary-folder';
import { MIX_VARIABLE, type Mix } from '../world/revision';
import type { Definitions } from './calls';
import { type Side, sideIn } from './side';

/** What the world of a mix runs: definitions of one revision, and functions, of which some are the base's. */
export interface Contents {
  definitions: Definitions;
  fromBase: readonly string[];
}

export interface Workshop {
  base: Side;
  today: Side;
  /** Runs a program of Node.js among today's files. Resolves to what it writes into the file that it is told. */
  run(contents: Contents, argsWith: (output: string) => readonly string[]): Promise<string>;
  /** A folder for what jest keeps from run to run. */
  cache: string;
}

/** Where base's tests are among today's files: as deep as their own, so that they use today's world. */
export const BASE_TESTS = 'base-test';

export function openWorkshop(revisions: Revisions, commit: string): Workshop {
  const folder = temporaryFolder('workflows-compat-');
  const [base, today] = [join(folder, 'base'), join(folder, 'today')];
  revisions.checkOut(commit, base);
  revisions.copyWorkTree(today);
  cpSync(join(base, 'test'), join(today, BASE_TESTS), { recursive: true });
  // A base that is older than tools/world/functions/ makes its functions as today does.
  cpSync(join(today, 'tools/world/functions'), join(base, 'tools/world/functions'), {
    recursive: true,
    force: false,
  });
  for (const root of [base, today]) revisions.linkDependencies(root);

  let runs = 0;

  async function run(
    { definitions, fromBase }: Contents,
    argsWith: (output: string) => readonly string[],
  ): Promise<string> {
    const own = join(folder, `run-${runs++}`);
    const mix: Mix = { definitions: join(own, 'definitions'), functions: { root: base, names: fromBase } };
    mkdirSync(mix.definitions, { recursive: true });
    for (const [name, text] of Object.entries(definitions))
      writeFileSync(join(mix.definitions, `${name}.asl.json`), text);
    const output = join(own, 'output.json');
    const { process: child, ended } = start(process.execPath, argsWith(output), {
      cwd: today,
      env: { ...process.env, [MIX_VARIABLE]: JSON.stringify(mix), NO_COLOR: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr?.on('data', (text) => {
      complaint += text;
    });
    const { code, signal } = await ended;
    if (existsSync(output)) return readFileSync(output, 'utf8');
    throw new Problem(
      `A mix of both revisions cannot be run; it ended with ${code ?? signal}:\n` +
        complaint.trim().split('\n').slice(0, 15).join('\n'),
      'Run npm test: if that passes, the base may be too old for the tools of today. Name a later one.',
    );
  }

  return { base: sideIn(base), today: sideIn(today), run, cache: join(folder, 'cache') };
}
