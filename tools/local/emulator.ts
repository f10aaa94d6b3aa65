// MiniStack, the AWS emulator, as a child process that listens on the loopback and enforces IAM.

import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { localAccount } from '../../bin/local-cloud/environment';
import { loopback } from './ports';
import { Problem } from './problem';
import { type Child, start } from './processes';

export interface EmulatorOptions {
  python: string;
  port: number;
  /** From `localEnvironment`; the Lambda functions inherit it. */
  environment: Readonly<Record<string, string>>;
  /** Folder for unpacked functions: outside the repository, so that they do not find its node_modules. */
  temporary: string;
  logFile: string;
}

const startSeconds = 30;
const pollMilliseconds = 25;

const launcher = join(__dirname, 'ministack', 'launcher.py');

/** Resolves when the emulator answers. @throws Problem when it ends first, or does not answer in time */
export async function startEmulator(options: EmulatorOptions): Promise<Child> {
  const log = openSync(options.logFile, 'w');
  const child = start(options.python, ['-u', launcher], {
    // The pipe closes when this process ends, and so tells the launcher to end too.
    stdio: ['pipe', log, log],
    env: emulatorEnvironment(options),
  });
  closeSync(log);

  const died = diedBeforeStop(child, options.logFile);
  await Promise.race([answers(`http://${loopback}:${options.port}`), died]);
  return child;
}

/** Rejects when the emulator ends. A caller that stops the emulator must ignore this. */
export const diedBeforeStop = (child: Child, logFile: string): Promise<never> =>
  child.ended.then(
    ({ code, signal }) => {
      throw new Problem(
        `The emulator ended by itself (${signal ?? `code ${code}`}).`,
        `Its log says why: ${logFile}`,
      );
    },
    (error: Error) => {
      throw new Problem(
        `The emulator could not be started: ${error.message}`,
        'Delete .local/venv and try again.',
      );
    },
  );

function emulatorEnvironment({ port, environment, temporary }: EmulatorOptions): Record<string, string> {
  return {
    ...environment,
    GATEWAY_PORT: String(port),
    BIND_HOST: loopback,
    // The host in the URLs that it returns, such as a queue's.
    MINISTACK_HOST: loopback,
    MINISTACK_ACCOUNT_ID: localAccount.account,
    MINISTACK_REGION: localAccount.region,
    AUTH: 'true',
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    // Otherwise it would manage containers in this machine's Docker, and open more ports, some not on the loopback.
    DOCKER_HOST: 'unix:///nonexistent',
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUTF8: '1',
  };
}

async function answers(url: string): Promise<void> {
  const deadline = Date.now() + startSeconds * 1000;
  while (Date.now() < deadline) {
    if (await isHealthy(url)) return;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
  throw new Problem(
    `The emulator did not answer within ${startSeconds} s.`,
    'Is this machine very busy? Try again.',
  );
}

/** Whether an emulator answers at this URL within two seconds. */
export const isHealthy = (emulator: string): Promise<boolean> =>
  fetch(`${emulator}/_ministack/health`, { signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false,
  );
