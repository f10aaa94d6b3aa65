/**
 * Setup of a run of `npm test`: a folder for temporary files, which is deleted at the end, and no warning of the AWS SDK
 * about the Node.js version, because functions run on another one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'workflows-test-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  // Without a handler, a signal ends the process without the exit event.
  for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 })) {
    process.once(signal, () => process.exit(128 + number));
  }
  // The names on Windows and other systems. Workers and their children inherit the environment.
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
}
