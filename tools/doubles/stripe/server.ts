/**
 * Serves a double over HTTP on the loopback, for the official client (`host`, `port`, `protocol`) and HTTP Tasks.
 *
 * Besides Stripe's own paths it has some that control it, which need no key:
 *
 * - `POST /_double/faults` with a fault, or a list of them, as JSON (faults.ts); `GET` shows those still armed,
 *   `DELETE` disarms them
 * - `GET /_double/ledger`: payments, totals, customers and the log of requests; with a query such as `?orderId=A1` the
 *   payments and customers whose metadata say so
 * - `POST /_double/authenticate` with `{ "paymentIntent": "pi_…", "succeeds": true }`: the customer passes the bank's
 *   challenge (3-D Secure) on the shop's page
 * - `POST /_double/key` with `{ "secretKey": "sk_test_…" }`: from now on only this key is accepted
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { readAuthentication, readFaults, readKey } from './control-input';
import type { StripeDouble } from './double';
import { ConnectionLost, StripeRefusal, type StripeRequest, type Wait } from './protocol';

export interface StripeServer {
  /** E.g. `http://127.0.0.1:4567`. */
  url: string;
  /** Also closes connections that a fault keeps open. */
  close(): Promise<void>;
}

/** How often the server looks at what is due. */
const CATCH_UP_MS = 100;

/** @param port 0 for any free port */
export async function startStripeServer(
  double: StripeDouble,
  { port, host = '127.0.0.1' }: { port: number; host?: '127.0.0.1' },
): Promise<StripeServer> {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const body = await text(incoming);
      const path = incoming.url ?? '/';
      if (path.startsWith('/_double/')) answer(outgoing, control(double, `${incoming.method} ${path}`, body));
      else await serve(double, toRequest(incoming, path, body), outgoing);
    } catch (error) {
      fail(error, outgoing);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const clock = setInterval(double.catchUp, CATCH_UP_MS).unref();
  const address = server.address();
  return {
    url: `http://${host}:${isAddress(address) ? address.port : port}`,
    close: () =>
      new Promise((resolve) => {
        clearInterval(clock);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const isAddress = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;

async function serve(double: StripeDouble, request: StripeRequest, outgoing: ServerResponse): Promise<void> {
  const { status, headers, body } = await double.handle(request, passTime);
  outgoing.writeHead(status, headers).end(body);
}

/** Waits without keeping the process alive. */
const passTime: Wait = (milliseconds) =>
  Number.isFinite(milliseconds) ? setTimeout(milliseconds, undefined, { ref: false }) : new Promise(() => {});

function toRequest({ method = 'GET', headers }: IncomingMessage, path: string, body: string): StripeRequest {
  const single = Object.entries(headers).map(([name, value]) => [name, value?.toString()]);
  return { method, path, headers: Object.fromEntries(single), body };
}

type Answer = [status: number, content: unknown];

function control(double: StripeDouble, call: string, body: string): Answer {
  switch (call) {
    case 'POST /_double/faults': {
      const faults = readFaults(body);
      if (typeof faults === 'string') return [400, { error: faults }];
      for (const fault of faults) double.faults.add(fault);
      return [200, double.faults.list()];
    }
    case 'DELETE /_double/faults':
      double.faults.clear();
      return [200, []];
    case 'GET /_double/faults':
      return [200, double.faults.list()];
    case 'GET /_double/ledger':
      return [200, double.ledger];
    case 'POST /_double/authenticate':
      return authenticate(double, body);
    case 'POST /_double/key': {
      const key = readKey(body);
      if (typeof key === 'string') return [400, { error: key }];
      double.secretKey = key.secretKey;
      return [200, {}];
    }
    default:
      if (call.startsWith('GET /_double/ledger?')) {
        const query = new URLSearchParams(call.slice(call.indexOf('?')));
        return [200, double.ledger.withMetadata(Object.fromEntries(query))];
      }
      return [404, { error: `The Stripe double has no ${call}` }];
  }
}

function authenticate(double: StripeDouble, body: string): Answer {
  const authentication = readAuthentication(body);
  if (typeof authentication === 'string') return [400, { error: authentication }];
  try {
    return [200, double.authenticate(authentication.paymentIntent, authentication)];
  } catch (error) {
    if (error instanceof StripeRefusal) return [error.status, { error: error.error }];
    throw error;
  }
}

function answer(outgoing: ServerResponse, [status, content]: Answer): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}

/** A ConnectionLost is planned. Any other error is a bug in the double, and must not look like an error of Stripe. */
function fail(error: unknown, outgoing: ServerResponse): void {
  if (error instanceof ConnectionLost) outgoing.socket?.destroy();
  else
    answer(outgoing, [501, { error: { type: 'api_error', message: `The Stripe double failed: ${error}` } }]);
}
