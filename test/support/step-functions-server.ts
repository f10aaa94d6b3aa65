// Starts the Step Functions server on a free port, in front of a MiniStack double, with an SDK client for it.
import { type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { type StepFunctionsServer, startStepFunctionsServer } from '../../tools/simulator/api/server';
import { builtInIntegrations } from '../../tools/simulator/integrations/registry';
import type { Integrations } from '../../tools/simulator/integrations/types';
import { type FakeMiniStack, REGION, startFakeMiniStack } from './fake-ministack';
import { ROOT } from './integration-harness';
import { ManualClock } from './manual-clock';

export interface TestCloud {
  ministack: FakeMiniStack;
  server: StepFunctionsServer;
  client: SFNClient;
  clock: ManualClock;
  log: string[];
  close(): Promise<void>;
}

/** @param integrations replace the built-in ones of the same name */
export async function startTestCloud(integrations: Integrations = {}): Promise<TestCloud> {
  const ministack = await startFakeMiniStack();
  const log: string[] = [];
  const clock = new ManualClock();
  const server = await startStepFunctionsServer({
    port: 0,
    ministackUrl: ministack.url,
    region: REGION,
    credentials: ROOT,
    clock,
    log: (line) => log.push(line),
    integrations: { ...builtInIntegrations, ...integrations },
  });
  const client = new SFNClient({ endpoint: server.url, region: REGION, credentials: ROOT, maxAttempts: 1 });
  return {
    ministack,
    server,
    client,
    clock,
    log,
    close: async () => {
      client.destroy();
      await server.close();
      await ministack.close();
    },
  };
}

/** Calls `probe` once for each turn of the event loop, until it returns a value. Rejects after 30 s. */
export async function eventually<T>(probe: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const start = performance.now();
  do {
    const answer = await probe();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setImmediate(resolve));
  } while (performance.now() - start < 30_000);
  throw new Error(`Waited in vain for: ${probe}`);
}

export const typesOf = (events: HistoryEvent[] | undefined) => events?.map(({ type }) => type);
