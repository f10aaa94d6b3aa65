// Runs a command of this folder, and cdk for it.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Runs cdk at the same terminal. @returns its exit code */
export function cdk(...args: readonly string[]): number {
  const root = join(__dirname, '../..');
  const program = join(root, 'node_modules/aws-cdk/bin/cdk');
  return spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

/** Ends the process with what `main` returns, or with 1 and the sentence of an error. */
export function run(main: (args: readonly string[]) => Promise<number>): void {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
