/** In each test file of test/workflows/: keeps what its executions reach, for coverage-reporter.js. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const { testPath = '' } = expect.getState();

if (dirname(testPath) === join(__dirname, '../workflows')) {
  let reached: ReadonlySet<string> = new Set();
  beforeAll(async () => {
    const { keepReached } = await import('../../tools/world/reached');
    reached = keepReached();
  });
  // The folder is this run's own: see global-setup.ts.
  afterAll(() =>
    writeFileSync(join(tmpdir(), `reached-${basename(testPath)}.json`), JSON.stringify([...reached])),
  );
}
