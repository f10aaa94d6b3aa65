// The folder that holds everything the local cloud makes. Git ignores it, and it is safe to delete.

import { join } from 'node:path';

export const repository = join(__dirname, '../..');

const folder = join(repository, '.local');

export const paths = {
  folder,
  /** Python environment with the emulator. */
  venv: join(folder, 'venv'),
  /** Home directory of every process that the local cloud starts, so that none reads the user's own settings. */
  home: join(folder, 'home'),
  logs: join(folder, 'logs'),
  assembly: join(folder, 'cdk.out'),
  outputs: join(folder, 'outputs.json'),
  /** Exists while a local cloud runs. See `RunningCloud` in running.ts. */
  running: join(folder, 'cloud.json'),
};
