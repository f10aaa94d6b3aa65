// The local cloud: the emulator, the Stripe double and our Step Functions, with the app deployed to them.
//
// Everything listens on the loopback, knows no account but the emulator's, and ends with this process.

import { createWriteStream, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stages } from '../lib/stages';
import { startStepFunctionsServer } from '../simulator/api/server';
import { stripeKey } from './accounts';
import { bootstrap, deploy, type StackOutputs, synthesize } from './deployment';
import { diedBeforeStop, startEmulator } from './emulator';
import { adoptEnvironment, type Endpoints, localAccount, localEnvironment } from './environment';
import { paths } from './paths';
import { loopback, preferPort, requirePort } from './ports';
import { Problem } from './problem';
import type { Progress } from './progress';
import { isPythonReady, preparePython } from './python';
import { findRunningCloud, forgetCloud, noteRunningCloud } from './running';
import { createSecret } from './seed';
import { createStripeDouble, startStripeServer } from './stripe';

export interface LocalCloud {
  endpoints: Endpoints;
  /** For programs that are to use it; this process has adopted it already. */
  environment: Readonly<Record<string, string>>;
  outputs: StackOutputs;
  /** Rejects with a Problem when the emulator ends before `stop`. */
  died: Promise<never>;
  stop(): Promise<void>;
}

const portVariable = 'LOCAL_CLOUD_PORT';
const defaultPort = 4566;

/**
 * Starts everything and deploys every stack of stage `local`. From here on this process has no environment but the
 * local cloud's (`localEnvironment`), so that its own AWS clients cannot stray.
 * @throws Problem
 */
export async function startLocalCloud({ progress }: { progress: Progress }): Promise<LocalCloud> {
  await refuseSecond();
  const [home, logs] = [paths.home, paths.logs];
  for (const folder of [home, logs]) mkdirSync(folder, { recursive: true });

  const port = await requirePort(portFrom(process.env[portVariable]), portVariable);
  const python = isPythonReady()
    ? preparePython()
    : progress.step('Installed the emulator (only this once)', () => preparePython());

  const stripeServer = await startStripeServer(createStripeDouble({ secretKey: stripeKey }), {
    port: await preferPort(port + 1),
    host: loopback,
  });
  const aws = `http://${loopback}:${port}`;
  const stepFunctionsLog = createWriteStream(join(logs, 'step-functions.log'));
  const stepFunctions = await startStepFunctionsServer({
    port: await preferPort(port + 2),
    host: loopback,
    ministackUrl: aws,
    region: localAccount.region,
    credentials: localAccount.credentials,
    log: (line) => stepFunctionsLog.write(`${new Date().toISOString()} ${line}\n`),
  });
  const endpoints: Endpoints = { aws, stepFunctions: stepFunctions.url, stripe: stripeServer.url };
  const environment = localEnvironment(endpoints, process.env);

  const temporary = mkdtempSync(join(tmpdir(), 'local-cloud-'));
  const startedAt = new Date().toISOString();
  noteRunningCloud({ endpoints, region: localAccount.region, pid: process.pid, startedAt, temporary });
  process.once('exit', () => forgetCloud());

  const templates = progress.step('Made the templates and functions (cdk synth)', () =>
    synthesize(environment, endpoints.stripe),
  );
  // Awaited below, after what runs beside it; a failure there must not leave this one unhandled.
  templates.catch(() => {});

  const installed = await python;
  adoptEnvironment(environment);
  const logFile = join(logs, 'emulator.log');
  const emulator = await progress.step('Started the emulator', () =>
    startEmulator({ python: installed, port, environment, temporary, logFile }),
  );
  const died = diedBeforeStop(emulator, logFile);
  died.catch(() => {});

  const deployed = async (): Promise<StackOutputs> => {
    await progress.step('Prepared the account (cdk bootstrap)', () =>
      Promise.all([bootstrap(environment), createSecret(stages.local.stripe.secretName, stripeKey)]),
    );
    await templates;
    return progress.step('Deployed (cdk deploy)', () => deploy(environment));
  };
  const outputs = await Promise.race([deployed(), died]);

  return {
    endpoints,
    environment,
    outputs,
    died,
    stop: async () => {
      await Promise.all([stepFunctions.close(), stripeServer.close()]);
      emulator.kill();
      await emulator.ended;
      forgetCloud();
    },
  };
}

async function refuseSecond(): Promise<void> {
  const running = await findRunningCloud();
  if (!running) return forgetCloud();
  throw new Problem(
    `A local cloud of this repository runs already (pid ${running.pid}, since ${running.startedAt}).`,
    `Use it, for instance:  npm run workflows -- --help\nor end it:  kill ${running.pid}`,
  );
}

function portFrom(value: string | undefined): number {
  const port = Number(value ?? defaultPort);
  if (Number.isInteger(port) && port >= 1024 && port <= 65_533) return port;
  throw new Problem(
    `${portVariable} is "${value}".`,
    `Set it to a port between 1024 and 65533, or not at all.`,
  );
}
