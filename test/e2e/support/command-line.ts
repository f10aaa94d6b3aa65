/** The command line as a person runs it: in a process of its own, in a shell that knows nothing of the local cloud. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { repository } from '../../../bin/local-cloud/paths';

/** @param input what is typed, or piped in */
export async function workflows(words: readonly string[], input = '') {
  const child = spawn(process.execPath, [require.resolve('tsx/cli'), 'bin/workflows.ts', ...words], {
    cwd: repository,
    // Were this used rather than the local cloud, nothing would work.
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

/** A command that is to be pasted, as it stands in `output`: its words, without `npm run workflows --`. */
export function pasted(output: string): string[] {
  const [, words] = /npm run workflows -- (.+)/.exec(output) ?? [];
  if (words === undefined) throw new Error(`No command in: ${output}`);
  return words.trim().split(' ');
}
