// Serves the Step Functions API of the local cloud over HTTP, on top of our interpreter.
//
// It keeps the executions. CloudFormation deploys state machines to MiniStack, so calls about them are passed on
// there.
import http from 'node:http';
import { RealClock } from '../clock';
import { builtInIntegrations } from '../integrations/registry';
import type { Integrations } from '../integrations/types';
import type { Clock } from '../types';
import { Callbacks } from './callbacks';
import { answer } from './endpoint';
import { type ExecutionRecord, Executions } from './executions';
import { createLaunch } from './launch';
import type { MiniStackOptions } from './ministack';
import { publishObserved } from './observed';
import type { Service } from './service';
import { describeFrom } from './state-machines';
import { publishStatusChange } from './status-events';

export interface StepFunctionsServerOptions {
  /** 0 chooses a free port. */
  port: number;
  /** @default 127.0.0.1 */
  host?: string;
  ministackUrl: string;
  region: string;
  /** Root credentials of the emulator's account. */
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Receives names and ids only, never an execution's data. */
  log?: (line: string) => void;
  /** @default the integrations in ../integrations/registry.ts */
  integrations?: Integrations;
  /** @default real time */
  clock?: Clock;
}

export interface StepFunctionsServer {
  url: string;
  /** Stops the executions that run and closes the port. */
  close(): Promise<void>;
}

/** Rejects when the port is taken. */
export async function startStepFunctionsServer(
  options: StepFunctionsServerOptions,
): Promise<StepFunctionsServer> {
  const { host = '127.0.0.1', ministackUrl, region, credentials, log = () => {} } = options;
  const { clock = new RealClock() } = options;
  const ministack: MiniStackOptions = { url: ministackUrl, region, credentials };
  let closing = false;
  /** How many events of an execution are in the log. */
  const observed = new WeakMap<ExecutionRecord, number>();

  const onEnd = (record: ExecutionRecord) => {
    const { arn, status } = record.execution;
    log(`${arn} ${status}`);
    if (closing) return;
    publishStatusChange(ministack, record).catch((error: unknown) =>
      log(`${arn}: no status change event: ${String(error)}`),
    );
    publishObserved(ministack, record, observed.get(record) ?? 0).catch((error: unknown) =>
      log(`${arn}: no metrics and no log: ${String(error)}`),
    );
    observed.set(record, record.execution.events.length);
  };
  const callbacks = new Callbacks();
  const describeStateMachine = describeFrom(ministack);
  const launch = createLaunch({
    ministack,
    service: () => service,
    integrations: options.integrations ?? builtInIntegrations,
    clock,
  });
  const executions = new Executions(launch, onEnd, () => clock.now());
  const service: Service = { describeStateMachine, executions, callbacks };

  const server = http.createServer((request, response) => {
    void answer(request, { service, ministackUrl, log }).then(({ status, headers, body }) =>
      response.writeHead(status, headers).end(body),
    );
  });
  // Longer than the SDK keeps an idle connection: it never writes to one that the server is closing.
  server.keepAliveTimeout = 65_000;
  const port = await listen(server, options.port, host);

  return {
    url: `http://${host}:${port}`,
    close: async () => {
      closing = true;
      for (const { execution } of executions.all()) {
        if (execution.status === 'RUNNING')
          execution.stop('LocalCloud.Stopped', 'The local cloud was stopped.');
      }
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: http.Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
