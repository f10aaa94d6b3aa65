import http from 'node:http';
import { urlEncode } from '../../../../tools/simulator/integrations/http-encoding';
import { error, type FakeMiniStack, startFakeMiniStack } from '../../../support/fake-ministack';
import { runTask } from '../../../support/integration-harness';

const CONNECTION_ARN = 'arn:aws:events:us-east-1:000000000000:connection/stripe/1';
const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:events!connection/stripe/1';

let ministack: FakeMiniStack;
let api: http.Server;
let url: string;
let received: { method: string; url: string; headers: http.IncomingHttpHeaders; body: string }[];
let answer: (response: http.ServerResponse) => void;

beforeEach(async () => {
  ministack = await startFakeMiniStack();
  ministack.connections.set('stripe', { ConnectionState: 'AUTHORIZED', SecretArn: SECRET_ARN });
  secretHolds({ api_key_name: 'Authorization', api_key_value: 'Bearer sk_test' });
  received = [];
  answer = (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"cus_1"}');
  api = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { method = '', url = '', headers } = request;
    received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    answer(response);
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const address = api.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/v1/customers`;
});
afterEach(async () => {
  api.close();
  api.closeAllConnections();
  await ministack.close();
});

function secretHolds(values: object): void {
  ministack.answer = ({ operation }) => {
    if (operation === 'secretsmanager.DescribeSecret') return { body: { ARN: SECRET_ARN } };
    if (operation === 'secretsmanager.GetSecretValue')
      return { body: { SecretString: JSON.stringify(values) } };
    return error('UnexpectedRequest', operation);
  };
}

const invoke = (more: object = {}, signal?: AbortSignal) =>
  runTask(
    ministack,
    'http:invoke',
    { Method: 'POST', ApiEndpoint: url, InvocationConfig: { ConnectionArn: CONNECTION_ARN }, ...more },
    signal ? { signal } : {},
  );

test('form data goes out with the key of the connection, and JSON comes back parsed', async () => {
  const result = await invoke({
    Headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Idempotency-Key': 'onboarding-1' },
    QueryParameters: { expand: 'sources' },
    RequestBody: { email: 'a+b@example.com', metadata: { execution: 'onboarding-1' }, tags: ['x', 'y'] },
    Transform: { RequestBodyEncoding: 'URL_ENCODED', RequestEncodingOptions: { ArrayFormat: 'BRACKETS' } },
  });
  expect(received).toMatchObject([
    {
      method: 'POST',
      url: '/v1/customers?expand=sources',
      headers: {
        authorization: 'Bearer sk_test',
        'content-type': 'application/x-www-form-urlencoded',
        'idempotency-key': 'onboarding-1',
      },
      body: 'email=a%2Bb%40example.com&metadata%5Bexecution%5D=onboarding-1&tags%5B%5D=x&tags%5B%5D=y',
    },
  ]);
  expect(result).toMatchObject({
    StatusCode: 200,
    StatusText: 'OK',
    Headers: { 'content-type': ['application/json'] },
    ResponseBody: { id: 'cus_1' },
  });
});

test("the connection's values win over the task's", async () => {
  secretHolds({
    username: 'user',
    password: 'pass',
    invocation_http_parameters: {
      header_parameters: [{ key: 'X-Tenant', value: 'connection' }],
      query_string_parameters: [{ key: 'mode', value: 'connection' }],
      body_parameters: [{ key: 'source', value: 'connection' }],
    },
  });
  await invoke({
    Headers: { 'x-tenant': 'task' },
    QueryParameters: { mode: 'task' },
    RequestBody: { source: 'task', name: 'n' },
  });
  expect(received[0]).toMatchObject({
    url: '/v1/customers?mode=connection',
    headers: {
      'x-tenant': 'connection',
      authorization: `Basic ${Buffer.from('user:pass').toString('base64')}`,
    },
    body: '{"source":"connection","name":"n"}',
  });
  await expect(invoke({ RequestBody: 'text' })).rejects.toMatchObject({ name: 'States.Runtime' });
});

test('a refusal is named by its status, without its body', async () => {
  answer = (response) =>
    response.writeHead(402, { 'content-type': 'application/json' }).end('{"decline_code":"x"}');
  await expect(invoke()).rejects.toMatchObject({
    name: 'States.Http.StatusCode.402',
    message: 'Payment Required',
  });
});

test.each([401, 407])('after a %d the connection is not authorised any more', async (status) => {
  answer = (response) => response.writeHead(status).end();
  await expect(invoke()).rejects.toMatchObject({ name: `States.Http.StatusCode.${status}` });
  answer = (response) => response.writeHead(200).end();
  await expect(invoke()).rejects.toMatchObject({ name: 'Events.ConnectionResource.InvalidConnectionState' });
  expect(received).toHaveLength(1);
});

test('after any other refusal it still is', async () => {
  answer = (response) => response.writeHead(403).end();
  await expect(invoke()).rejects.toMatchObject({ name: 'States.Http.StatusCode.403' });
  answer = (response) => response.writeHead(200).end();
  await expect(invoke()).resolves.toMatchObject({ StatusCode: 200 });
});

test('a redirect is a refusal too', async () => {
  answer = (response) => response.writeHead(302, { location: '/elsewhere' }).end();
  await expect(invoke()).rejects.toMatchObject({ name: 'States.Http.StatusCode.302' });
  expect(received).toHaveLength(1);
});

test('a lost or refused connection is States.Http.Socket', async () => {
  answer = (response) => response.destroy();
  await expect(invoke()).rejects.toMatchObject({ name: 'States.Http.Socket' });
  await expect(invoke({ ApiEndpoint: 'http://127.0.0.1:1/' })).rejects.toMatchObject({
    name: 'States.Http.Socket',
  });
});

test('an incomplete response is States.Http.Socket', async () => {
  answer = (response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setImmediate(() => response.destroy());
  };
  await expect(invoke()).rejects.toMatchObject({ name: 'States.Http.Socket' });
});

test('an aborted call closes the request', async () => {
  const timedOut = new AbortController();
  answer = () => timedOut.abort();
  await expect(invoke({}, timedOut.signal)).rejects.toMatchObject({ name: 'States.Http.Socket' });
});

test.each(['Authorization', 'host', 'X-Amz-Date', 'x-forwarded-for', 'TE'])(
  'the header %s is not for definitions to set',
  async (header) => {
    await expect(invoke({ Headers: { [header]: 'x' } })).rejects.toMatchObject({ name: 'States.Runtime' });
    expect(received).toEqual([]);
  },
);

test.each([
  ['a method that does not exist', { Method: 'BREW' }],
  ['plain HTTP to elsewhere', { ApiEndpoint: 'http://stripe.invalid/' }],
  ['no connection', { InvocationConfig: undefined }],
  ['an unknown field', { Url: 'x' }],
  [
    'an unknown array format',
    {
      RequestBody: { a: [] },
      Transform: { RequestBodyEncoding: 'URL_ENCODED', RequestEncodingOptions: { ArrayFormat: 'PIPES' } },
    },
  ],
])('%s fails as States.Runtime', async (_, wrong) => {
  await expect(invoke(wrong)).rejects.toMatchObject({ name: 'States.Runtime' });
  expect(received).toEqual([]);
});

test('a binary response fails as States.Runtime', async () => {
  answer = (response) => response.writeHead(200, { 'content-type': 'image/png' }).end('x');
  await expect(invoke()).rejects.toMatchObject({ name: 'States.Runtime' });
});

describe('permissions', () => {
  test('the permission is checked for exactly this method and endpoint, without the query', async () => {
    await invoke({ QueryParameters: { email: 'a@example.com' } });
    expect(ministack.asked).toMatchObject([
      {
        action: 'states:InvokeHTTPEndpoint',
        resource: 'arn:aws:states:us-east-1:000000000000:stateMachine:orders',
        context: { 'states:HTTPMethod': 'POST', 'states:HTTPEndpoint': url },
      },
      { action: 'events:RetrieveConnectionCredentials', resource: CONNECTION_ARN },
    ]);
  });

  test('without permission for the endpoint nothing is sent', async () => {
    ministack.denied.add('states:InvokeHTTPEndpoint');
    await expect(invoke()).rejects.toMatchObject({
      name: 'StepFunctions.AWSStepFunctionsException',
      message: expect.stringContaining('is not authorized to perform: states:InvokeHTTPEndpoint'),
    });
    expect(received).toEqual([]);
  });

  test.each(['secretsmanager.DescribeSecret', 'secretsmanager.GetSecretValue'])(
    'without %s the connection cannot be read',
    async (refused) => {
      const allowed = ministack.answer;
      ministack.answer = (request) =>
        request.operation === refused ? error('AccessDeniedException', refused) : allowed(request);
      await expect(invoke()).rejects.toMatchObject({
        name: 'Events.ConnectionResource.AccessDenied',
        message: refused,
      });
    },
  );

  test('a connection that does not exist, or is not authorised', async () => {
    ministack.connections.set('stripe', { ConnectionState: 'DEAUTHORIZED', SecretArn: SECRET_ARN });
    await expect(invoke()).rejects.toMatchObject({
      name: 'Events.ConnectionResource.InvalidConnectionState',
    });
    ministack.connections.clear();
    await expect(invoke()).rejects.toMatchObject({ name: 'Events.ConnectionResource.ResourceNotFound' });
  });
});

test.each([
  ['INDICES', 'a%5B0%5D=x&a%5B1%5D=y&o%5Bp%5D%5B0%5D%5Bq%5D=1&n='],
  ['BRACKETS', 'a%5B%5D=x&a%5B%5D=y&o%5Bp%5D%5B%5D%5Bq%5D=1&n='],
  ['REPEAT', 'a=x&a=y&o%5Bp%5D%5Bq%5D=1&n='],
  ['COMMAS', 'a=x%2Cy&o%5Bp%5D=%7B%22q%22%3A1%7D&n='],
] as const)('arrays as %s', (format, encoded) => {
  expect(urlEncode({ a: ['x', 'y'], o: { p: [{ q: 1 }] }, n: null }, format)).toBe(encoded);
});
