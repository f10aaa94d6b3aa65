/** Runs the command line as a person does: in its own process, without environment variables of the local cloud. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { repository } from '../../../bin/local-cloud/paths';

/** @param input typed or piped in */
export const workflows = (words: readonly string[], input = '') => program('bin/workflows.ts', words, input);

/** Any program of bin/. */
export async function program(file: string, words: readonly string[], input = '') {
  const child = spawn(process.execPath, [require.resolve('tsx/cli'), file, ...words], {
    cwd: repository,
    // If the command line used these instead of the local cloud, it would fail.
    env: { PATH: process.env.PATH, HOME: '/nowhere', AWS_PROFILE: 'production', AWS_REGION: 'eu-west-1' },
  });
  child.stdin.end(input);
  const [out, err, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode, out, err };
}

/** The words of the command that `output` suggests, without `npm run workflows --`. */
export function pasted(output: string): string[] {
  const [, words] = /npm run workflows -- (.+)/.exec(output) ?? [];
  if (words === undefined) throw new Error(`No command in: ${output}`);
  return words.trim().split(' ');
}
