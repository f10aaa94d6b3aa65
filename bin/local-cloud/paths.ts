// Where the local cloud keeps what it makes: one folder in the repository, ignored by git, safe to delete.

import { join } from 'node:path';

export const repository = join(__dirname, '../..');

const folder = join(repository, '.local');

export const paths = {
  folder,
  /** Python environment with the emulator. */
  venv: join(folder, 'venv'),
  /** Home directory of whatever the local cloud starts, so that no setting of the user's own reaches it. */
  home: join(folder, 'home'),
  logs: join(folder, 'logs'),
  assembly: join(folder, 'cdk.out'),
  outputs: join(folder, 'outputs.json'),
  /** Present while a local cloud runs: where it listens. See `RunningCloud` in running.ts. */
  running: join(folder, 'cloud.json'),
};
