// Serves the page and its answers on the loopback.
//
// Other users of the machine and pages of other sites must not read executions: each answer needs the token that only
// the link has, and a request under another host's name (DNS rebinding) gets nothing.

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { explain } from '../bin/cli/errors';
import { maskingTokens } from '../bin/history/tokens';
import type { Answers } from './answers';
import { type Page, page } from './bundle';

const LOOPBACK = '127.0.0.1';

/** Carries the link's token. */
const TOKEN_HEADER = 'x-console-token';

export interface Console {
  /**
   * The page's address, with the token in its fragment, which no server and no log gets to see.
   *
   * @param view what it opens: `{ execution: 'order-A1' }`
   */
  link(view?: Readonly<Record<string, string>>): string;
  close(): Promise<void>;
}

export async function serve(answers: Partial<Answers>): Promise<Console> {
  const token = randomBytes(16).toString('hex');
  const serving = { answers: sharing(answers), token };
  const server = createServer((request, response) => void answer(request, response, serving));
  // By itself it keeps no process alive.
  server.unref();
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  // Nobody waits for it yet, and whoever opens the link need not.
  page().catch(() => {});
  return {
    link: (view) => `http://${LOOPBACK}:${portOf(server)}/#${new URLSearchParams({ token, ...view })}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The console is closed.');
  return address.port;
}

interface Serving {
  answers: (url: URL) => Promise<unknown> | undefined;
  token: string;
}

async function answer(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  try {
    const refusal = refusalOf(request);
    if (refusal) return send(response, refusal.status, { error: refusal.error });
    const url = new URL(request.url ?? '/', `http://${LOOPBACK}`);
    if (url.pathname === '/') return sendPage(response, await page());
    if (!hasToken(request, serving.token)) {
      return send(response, 401, {
        error: 'This link is not that of the console that runs now: open the one it printed.',
      });
    }
    const asked = serving.answers(url);
    if (!asked) return send(response, 404, { error: 'There is nothing here.' });
    send(response, 200, await asked);
  } catch (error) {
    send(response, 500, { error: explain(error).message });
  }
}

function refusalOf({ method, headers }: IncomingMessage): { status: number; error: string } | undefined {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  // Any port: it may be forwarded from another machine.
  if (host !== LOOPBACK && host !== 'localhost')
    return { status: 403, error: 'The console answers on the loopback only.' };
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, error: 'The console only reads: use GET.' };
  return undefined;
}

function hasToken({ headers }: IncomingMessage, token: string): boolean {
  const given = Buffer.from(String(headers[TOKEN_HEADER] ?? ''));
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Equal questions that are asked while one is answered, such as those of two windows, share the answer. */
export function sharing(answers: Partial<Answers>): Serving['answers'] {
  const flights = new Map<string, Promise<unknown>>();
  return (url) => {
    const key = url.pathname + url.search;
    const known = flights.get(key);
    if (known) return known;
    const flight = ask(answers, url)?.finally(() => flights.delete(key));
    if (flight) flights.set(key, flight);
    return flight;
  };
}

function ask(answers: Partial<Answers>, { pathname, searchParams }: URL): Promise<unknown> | undefined {
  const path = pathname.slice(1);
  return isPath(path, answers) ? answers[path]?.(searchParams) : undefined;
}

const isPath = (path: string, answers: Partial<Answers>): path is keyof Answers =>
  Object.hasOwn(answers, path);

const safety = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    ...safety,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  });
  response.end(JSON.stringify(body, maskingTokens));
}

function sendPage(response: ServerResponse, { html, policy }: Page): void {
  response.writeHead(200, {
    ...safety,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy,
  });
  response.end(html);
}
