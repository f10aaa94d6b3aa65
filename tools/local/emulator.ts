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
  /** Where functions are unpacked: outside the repository, lest they find its node_modules. */
  temporary: string;
  logFile: string;
}

const startSeconds = 30;
const pollMilliseconds = 25;

const launcher = join(__dirname, 'ministack', 'launcher.py');

/** Resolves when it answers. @throws Problem when it ends before, or does not answer in time */
export async function startEmulator(options: EmulatorOptions): Promise<Child> {
  const log = openSync(options.logFile, 'w');
  const child = start(options.python, ['-u', launcher], {
    // The open pipe tells the launcher that we live; when we end, it closes.
    stdio: ['pipe', log, log],
    env: emulatorEnvironment(options),
  });
  closeSync(log);

  const died = diedBeforeStop(child, options.logFile);
  await Promise.race([answers(`http://${loopback}:${options.port}`), died]);
  return child;
}

/** Rejects when the emulator ends; whoever stops it must not care any more. */
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
    // In the URLs it hands out, such as a queue's.
    MINISTACK_HOST: loopback,
    MINISTACK_ACCOUNT_ID: localAccount.account,
    MINISTACK_REGION: localAccount.region,
    AUTH: 'true',
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    // It would look after containers of this machine's Docker, and open more ports, some not on the loopback.
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
