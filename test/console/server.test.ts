// Who gets an answer from the console, and what an answer may hold. It listens on the loopback.

import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Answers } from '../../console/answers';
import { type Console, serve, sharing } from '../../console/server';

const TOKEN = 'AAAAKgAAAAIAAAAAAAAAAQ4lZ9v/0cL+wDn0bMaWm5c5q8Xv1dG3';

let asked: string[];
let answered: unknown;
let running: Console;

beforeEach(async () => {
  asked = [];
  answered = {};
  const answer = (what: string) => {
    asked.push(what);
    return answered instanceof Error ? Promise.reject(answered) : (answered as Promise<never>);
  };
  const answers: Answers = {
    place: async () => answer('place'),
    executions: async (query) => answer(`executions ${query}`),
    execution: async (query) => answer(`execution ${query}`),
    health: async () => answer('health'),
    definition: async (query) => answer(`definition ${query}`),
    run: async (query) => answer(`run ${query}`),
    batch: async (query) => answer(`batch ${query}`),
    logs: async (query) => answer(`logs ${query}`),
    records: async (query) => answer(`records ${query}`),
    comparison: async (query) => answer(`comparison ${query}`),
  };
  running = await serve(answers);
});

afterEach(() => running.close());

const token = () => new URL(running.link()).hash.replace('#token=', '');

/** By node:http, because fetch sets the Host header itself. */
async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const url = new URL(path, running.link());
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request(url, { method, headers: { 'x-console-token': token(), ...headers } }, resolve)
      .on('error', reject)
      .end();
  });
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test('the link is on the loopback, and its token is in the fragment, which no server gets', async () => {
  expect(running.link()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[0-9a-f]{32}$/);
  expect(running.link({ execution: 'order-A1' })).toMatch(/#token=[0-9a-f]{32}&execution=order-A1$/);
  const other = await serve({} as Answers);
  expect(new URL(other.link()).hash).not.toBe(new URL(running.link()).hash);
  await other.close();
});

test.each([
  ['no token', '/executions', { 'x-console-token': '' }, 'GET', 401],
  ['a wrong token', '/executions', { 'x-console-token': 'f'.repeat(32) }, 'GET', 401],
  ['the name of another host (DNS rebinding)', '/executions', { host: 'evil.example:80' }, 'GET', 403],
  ['a host that begins like the loopback', '/', { host: '127.0.0.1.evil.example' }, 'GET', 403],
  ['a method that could write', '/executions', {}, 'POST', 405],
  ['another method that could write', '/execution?id=order-A1', {}, 'DELETE', 405],
  ['a path that does not exist', '/redrive', {}, 'GET', 404],
])('%s is refused, and nothing is asked', async (_, path, headers, method, status) => {
  expect(await get(path, headers, method)).toMatchObject({ status });
  expect(asked).toEqual([]);
});

test('whoever has the token gets an answer that nothing keeps, also through a forwarded port', async () => {
  answered = { executions: [] };
  const { status, headers, body } = await get('/executions?workflow=order&depth=2', {
    host: 'localhost:8080',
  });
  expect([status, JSON.parse(body), asked]).toEqual([200, answered, ['executions workflow=order&depth=2']]);
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  expect(headers).not.toHaveProperty('access-control-allow-origin');
});

test('a task token is in no answer, neither as a member nor in the text of an error', async () => {
  answered = {
    taskToken: TOKEN,
    cause: JSON.stringify({ errorMessage: JSON.stringify({ taskToken: TOKEN, orderId: 'A1' }) }),
    input: JSON.stringify({ Payload: { TaskToken: TOKEN } }, null, 2),
  };
  const { body } = await get('/execution?id=order-A1');
  expect(body).not.toContain(TOKEN.slice(0, 24));
  expect(body).toContain('A1');
});

test('an error is a sentence for the reader, and the next question is answered', async () => {
  answered = new Error('AWS is asleep');
  expect(await get('/place')).toMatchObject({ status: 500, body: '{"error":"AWS is asleep"}' });
  answered = { stage: 'dev' };
  expect(await get('/place')).toMatchObject({ status: 200, body: '{"stage":"dev"}' });
});

test('two windows that ask the same at once cost one question', async () => {
  let calls = 0;
  const place = async () => {
    calls++;
    throw new Error('throttled');
  };
  const ask = sharing({ place } as Partial<Answers> as Answers);
  const url = new URL('http://127.0.0.1/place');
  await expect(Promise.all([ask(url), ask(url)])).rejects.toThrow('throttled');
  expect(calls).toBe(1);
  await expect(ask(url)).rejects.toThrow('throttled');
  expect(calls).toBe(2);
});

test('the page is one small file that may run its own script only, and talks to its own server only', async () => {
  const { status, headers, body } = await get('/', { 'x-console-token': '' });
  expect(status).toBe(200);
  expect(body.length).toBeLessThan(120_000);
  expect(body).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).not.toMatch(/unsafe|\*/);
  for (const element of ['script', 'style']) {
    const [, content = ''] = new RegExp(`<${element}>([\\s\\S]*)</${element}>`).exec(body) ?? [];
    const hash = createHash('sha256').update(content).digest('base64');
    expect(content.length).toBeGreaterThan(1_000);
    expect(policy).toContain(`${element}-src 'sha256-${hash}'`);
  }
});
