// The local cloud: the emulator, the Stripe double and our Step Functions, with the app deployed to them.
//
// Everything listens on the loopback only, uses the emulator's account only, and ends with this process.

import { createWriteStream, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  adoptEnvironment,
  type Endpoints,
  localAccount,
  localEnvironment,
} from '../../bin/local-cloud/environment';
import { paths } from '../../bin/local-cloud/paths';
import { findRunningCloud, forgetCloud, noteRunningCloud } from '../../bin/local-cloud/running';
import type { Progress } from '../../bin/terminal/progress';
import { localDomain, stages } from '../../lib/stages';
import { createStripeDouble, startStripeServer } from '../doubles/stripe';
import { startStepFunctionsServer } from '../simulator/api/server';
import { bootstrap, deploy, isSynthesized, type StackOutputs, synthesize } from './deployment';
import { diedBeforeStop, isHealthy, startEmulator } from './emulator';
import { loopback, preferPort, requirePort } from './ports';
import { Problem } from './problem';
import { endAll } from './processes';
import { isPythonReady, preparePython } from './python';
import { createSecret, stripeKey, verifyDomain } from './seed';
import { createPartnerBus, eventDestination } from './stripe-events';

export interface LocalCloud {
  endpoints: Endpoints;
  /** Environment for programs that use the local cloud. This process has adopted it already. */
  environment: Readonly<Record<string, string>>;
  outputs: StackOutputs;
  /** Rejects with a Problem when the emulator ends before `stop`. */
  died: Promise<never>;
  stop(): Promise<void>;
}

const portVariable = 'LOCAL_CLOUD_PORT';
const defaultPort = 4566;

const { eventBus = '' } = stages.local.stripe;

/** Time that a first start may take to install the emulator, during which nothing answers. */
const startingMilliseconds = 60_000;

/**
 * Starts everything and deploys every stack of stage `local`. Replaces this process's environment by the local cloud's
 * (`localEnvironment`), so that its own AWS clients reach the local cloud only.
 * @throws Problem; nothing is left running then
 */
export async function startLocalCloud({ progress }: { progress: Progress }): Promise<LocalCloud> {
  await refuseSecond();
  const port = await requirePort(portFrom(process.env[portVariable]), portVariable);
  for (const folder of [paths.home, paths.logs]) mkdirSync(folder, { recursive: true });

  const closers: (() => unknown)[] = [endAll];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  process.once('exit', () => forgetCloud());
  try {
    return { ...(await start(port, progress, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  port: number,
  progress: Progress,
  closers: (() => unknown)[],
): Promise<Omit<LocalCloud, 'stop'>> {
  const python = handledLater(
    isPythonReady()
      ? preparePython()
      : progress.step('Installed the emulator (only this once)', preparePython),
  );
  const endpoints = await openServers(port, closers);
  const environment = localEnvironment(endpoints, process.env);

  const temporary = mkdtempSync(join(tmpdir(), 'local-cloud-'));
  closers.push(() => forgetCloud());
  const startedAt = new Date().toISOString();
  noteRunningCloud({ endpoints, region: localAccount.region, pid: process.pid, startedAt, temporary });

  const templates = handledLater(
    isSynthesized(endpoints.stripe)
      ? Promise.resolve()
      : progress.step('Made the templates and functions (cdk synth)', () =>
          synthesize(environment, endpoints.stripe),
        ),
  );
  const interpreter = await python;
  adoptEnvironment(environment);
  const logFile = join(paths.logs, 'emulator.log');
  const emulator = await progress.step('Started the emulator', () =>
    startEmulator({ python: interpreter, port, environment, temporary, logFile }),
  );
  const died = handledLater(diedBeforeStop(emulator, logFile));

  const deployed = async (): Promise<StackOutputs> => {
    await progress.step('Prepared the account (cdk bootstrap)', () =>
      Promise.all([
        bootstrap(environment),
        createSecret(stages.local.stripe.secretName, stripeKey),
        verifyDomain(localDomain),
        createPartnerBus(emulatorAt(endpoints.aws), eventBus),
      ]),
    );
    await templates;
    return progress.step('Deployed (cdk deploy)', () => deploy(environment));
  };
  return { endpoints, environment, outputs: await Promise.race([deployed(), died]), died };
}

/** Starts the parts that run in this process: the Stripe double and Step Functions. */
async function openServers(port: number, closers: (() => unknown)[]): Promise<Endpoints> {
  const aws = `http://${loopback}:${port}`;
  const onEvent = eventDestination(emulatorAt(aws), eventBus, logTo('stripe-events.log'));
  const stripe = await startStripeServer(createStripeDouble({ secretKey: stripeKey, onEvent }), {
    port: await preferPort(port + 1),
    host: loopback,
  });
  closers.push(() => stripe.close());

  const { url: ministackUrl, ...account } = emulatorAt(aws);
  const stepFunctions = await startStepFunctionsServer({
    port: await preferPort(port + 2),
    host: loopback,
    ministackUrl,
    ...account,
    log: logTo('step-functions.log'),
  });
  closers.push(() => stepFunctions.close());
  return { aws, stepFunctions: stepFunctions.url, stripe: stripe.url };
}

const emulatorAt = (url: string) => ({
  url,
  region: localAccount.region,
  credentials: localAccount.credentials,
});

/** Returns a function that writes lines to a log, with the time before each. */
function logTo(file: string): (line: string) => void {
  const log = createWriteStream(join(paths.logs, file));
  return (line) => log.write(`${new Date().toISOString()} ${line}\n`);
}

/** Marks a rejection as handled, so that one that comes before we await the promise does not crash Node. */
function handledLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

async function refuseSecond(): Promise<void> {
  const running = findRunningCloud();
  // After a crash, another program may have got that process id.
  const starting = running && Date.now() - Date.parse(running.startedAt) < startingMilliseconds;
  if (!running || !(starting || (await isHealthy(running.endpoints.aws)))) return forgetCloud();
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
