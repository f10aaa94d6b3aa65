/** The console as a person has it: started by the command line in a process of its own, and looked at in a browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { repository } from '../../../bin/local-cloud/paths';
import { chromiumPath } from '../../../tools/browser';

export interface OpenConsole {
  link: string;
  /** Asks the server as the page does, and returns the text of the answer. */
  ask(path: string): Promise<string>;
  /** Ends it as Ctrl-C does, and returns its exit code. */
  end(): Promise<number | null>;
}

export async function openConsole(): Promise<OpenConsole> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/workflows.ts', 'console'], {
    cwd: repository,
    env: { PATH: process.env.PATH, HOME: '/nowhere', AWS_PROFILE: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const [link] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    ended.then(([code]) => Promise.reject(new Error(`The console ended with ${code}`))),
  ]);
  const token = new URLSearchParams(new URL(link).hash.slice(1)).get('token') ?? '';
  return {
    link,
    ask: async (path) => (await fetch(new URL(path, link), { headers: { 'x-console-token': token } })).text(),
    end: async () => {
      child.kill('SIGINT');
      const tooLong = setTimeout(() => child.kill('SIGKILL'), 10_000);
      const [code] = await ended;
      clearTimeout(tooLong);
      return code;
    },
  };
}

/** Tests in a browser; a line says so when they are skipped. */
export const inBrowser = (name: string, tests: () => void): void => {
  if (chromiumPath !== undefined) describe(name, tests);
  else {
    process.stdout.write(`Skipped, because there is no Chromium (bash .ci/install-browser): ${name}\n`);
    describe.skip(name, tests);
  }
};
