// The emulator with our patches: it has what MiniStack lacks, enforces IAM, and ends with its parent.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormation,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { Lambda } from '@aws-sdk/client-lambda';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { SNS } from '@aws-sdk/client-sns';
import { SQS } from '@aws-sdk/client-sqs';
import { STS } from '@aws-sdk/client-sts';
import { adoptEnvironment, localEnvironment } from '../../bin/local-cloud/environment';
import { startEmulator } from '../../tools/local/emulator';
import { preferPort } from '../../tools/local/ports';
import { type Child, endAll } from '../../tools/local/processes';
import { preparePython } from '../../tools/local/python';
import { emulatorTemplate } from './support/emulator-template';

const StackName = 'emulator-test';

const folder = mkdtempSync(join(tmpdir(), 'emulator-'));

let emulator: Child;
let url: string;
let port: number;
let outputs: Record<string, string>;

beforeAll(async () => {
  const python = await preparePython();
  port = await preferPort(0);
  url = `http://127.0.0.1:${port}`;
  const [home, temporary] = [join(folder, 'home'), join(folder, 'temporary')];
  for (const each of [home, temporary]) mkdirSync(each);
  const environment = localEnvironment({ aws: url, stepFunctions: url, stripe: url }, process.env, home);
  adoptEnvironment(environment);
  emulator = await startEmulator({
    python,
    port,
    environment,
    temporary,
    logFile: join(folder, 'emulator.log'),
  });

  const client = new CloudFormation();
  await client.createStack({ StackName, TemplateBody: emulatorTemplate, Capabilities: ['CAPABILITY_IAM'] });
  await waitUntilStackCreateComplete({ client, minDelay: 1, maxDelay: 1, maxWaitTime: 30 }, { StackName });
  const { Stacks } = await client.describeStacks({ StackName });
  outputs = Object.fromEntries(Stacks?.[0]?.Outputs?.map((each) => [each.OutputKey, each.OutputValue]) ?? []);
});

afterAll(async () => {
  await endAll();
  rmSync(folder, { recursive: true, force: true });
});

const output = (name: string) => outputs[name] ?? '';

const ask = async (question: string, body: unknown) =>
  (await fetch(`${url}/_local/${question}`, { method: 'POST', body: JSON.stringify(body) })).json();

async function invoke(end: string) {
  const { Payload } = await new Lambda().invoke({
    FunctionName: output('Function'),
    Payload: JSON.stringify({ end }),
  });
  return JSON.parse(Payload?.transformToString() ?? '');
}

/** Assumes a role as our Step Functions do: the session has the machine's name. */
async function assume(role: string) {
  const { Credentials } = await new STS().assumeRole({ RoleArn: output(role), RoleSessionName: 'orders' });
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

test('a handler that throws is reported by the name of its error', async () => {
  expect(await invoke('well')).toBe('well');
  expect(await invoke('error')).toEqual({
    errorType: 'PaymentDeclined',
    errorMessage: 'no money',
    trace: expect.arrayContaining([expect.stringContaining('at ')]),
  });
  expect(await invoke('string')).toMatchObject({ errorType: 'string', errorMessage: 'just text' });
});

test('a function whose process dies is a Runtime.ExitError', async () => {
  expect(await invoke('exit')).toMatchObject({ errorType: 'Runtime.ExitError' });
});

test("a connection's values are in the secret that HTTP Tasks read", async () => {
  const { SecretString = '', Name } = await new SecretsManager().getSecretValue({
    SecretId: output('ConnectionSecret'),
  });
  expect(Name).toMatch(new RegExp(`^events!connection/${output('ConnectionName')}/[0-9a-f-]{36}$`));
  expect(JSON.parse(SecretString)).toEqual({
    api_key_name: 'Authorization',
    api_key_value: 'Bearer sk_test_1',
    invocation_http_parameters: {
      header_parameters: [{ key: 'Stripe-Version', value: '2026-01-01', is_value_secret: false }],
    },
  });
});

test("a machine's role can be assumed for that machine only, and has its permissions", async () => {
  await expect(assume('OtherMachineRole')).rejects.toMatchObject({ name: 'AccessDenied' });
  const credentials = await assume('MachineRole');
  // The topic refuses requests without TLS. The emulator treats the loopback as secure.
  await new SNS({ credentials }).publish({ TopicArn: output('Topic'), Message: 'hello' });
  await expect(
    new SQS({ credentials }).sendMessage({ QueueUrl: output('QueueUrl'), MessageBody: 'hello' }),
  ).rejects.toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('sqs:SendMessage') });
});

test('permissions are checked for calls that never reach the emulator', async () => {
  const principalArn = output('MachineRole');
  const resource = 'arn:aws:states:us-east-1:000000000000:stateMachine:orders';
  const may = (action: string, context = {}) => ask('authorize', { principalArn, action, resource, context });
  const post = { 'states:HTTPMethod': 'POST' };
  expect(await may('states:InvokeHTTPEndpoint', post)).toMatchObject({ allowed: true });
  expect(await may('states:InvokeHTTPEndpoint', { 'states:HTTPMethod': 'GET' })).toMatchObject({
    allowed: false,
  });
  expect(await may('states:StartExecution')).toMatchObject({
    allowed: false,
    reason: expect.stringMatching(
      /is not authorized to perform: states:StartExecution on resource: arn:aws:states/,
    ),
  });
  const nobody = {
    principalArn: 'arn:aws:iam::000000000000:role/nobody',
    action: 'states:StartExecution',
    resource,
  };
  expect(await ask('authorize', nobody)).toMatchObject({ allowed: false });
  expect(await ask('authorize', {})).toEqual({ message: expect.stringContaining('principalArn') });
});

test("a service's event reaches the rule that waits for it", async () => {
  const event = (status: string) => ({
    Source: 'aws.states',
    DetailType: 'Step Functions Execution Status Change',
    Detail: JSON.stringify({ status }),
  });
  expect(await ask('events', { Entries: [event('SUCCEEDED'), event('ABORTED')] })).toMatchObject({
    FailedEntryCount: 0,
  });
  const { Messages = [] } = await new SQS().receiveMessage({
    QueueUrl: output('QueueUrl'),
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 5,
  });
  expect(Messages.map(({ Body }) => JSON.parse(Body ?? '').detail.status)).toEqual(['ABORTED']);
});

/** What was counted in the last hour, in all. */
async function counted(Namespace: string, MetricName: string, dimensions: Record<string, string> = {}) {
  const scope = `test/20260101/us-east-1/monitoring/aws4_request`;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'GraniteServiceVersion20100801.GetMetricStatistics',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify({
      Namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: Date.now() / 1000 - 3600,
      EndTime: Date.now() / 1000 + 60,
      Period: 7200,
      Statistics: ['Sum'],
    }),
  });
  const { Datapoints } = (await response.json()) as { Datapoints: { Sum: number }[] };
  return Datapoints.reduce((sum, { Sum }) => sum + Sum, 0);
}

test('what is written of an execution is in its metrics, in its log, and counted by its metric filters', async () => {
  const dimensions = { StateMachineArn: 'arn:of:orders' };
  const entered = (name: string) => ({
    type: 'TaskStateEntered',
    details: { name },
    event_timestamp: String(Date.now()),
  });
  const observed = {
    metrics: [{ name: 'ExecutionsStarted', value: 1, at: new Date().toISOString(), dimensions }],
    logGroup: output('MachineLog'),
    events: [entered('ChargeCard'), entered('NotifyCustomer')],
  };
  for (const _ of ['once', 'twice']) expect(await ask('observed', observed)).toEqual({});
  expect(await counted('AWS/States', 'ExecutionsStarted', dimensions)).toBe(2);
  expect(await counted('orders', 'Shipped')).toBe(2);
  const { events = [] } = await new CloudWatchLogs().filterLogEvents({ logGroupName: output('MachineLog') });
  expect(events.map(({ message = '' }) => JSON.parse(message))).toEqual([
    ...observed.events,
    ...observed.events,
  ]);
});

test('a stack may have saved queries', () => {
  expect(output('SavedQuery')).toMatch(/^[0-9a-f-]{36}$/);
});

test('the emulator listens on the loopback only', async () => {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of others) {
    const connected = new Promise((resolve, reject) => {
      createConnection(port, address).once('connect', resolve).once('error', reject);
    });
    await expect(connected).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }
});

test('deleting a connection deletes its secret', async () => {
  const client = new CloudFormation();
  await client.deleteStack({ StackName });
  await waitUntilStackDeleteComplete({ client, minDelay: 1, maxDelay: 1, maxWaitTime: 30 }, { StackName });
  await expect(
    new SecretsManager().getSecretValue({ SecretId: output('ConnectionSecret') }),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('the emulator ends when its parent does', async () => {
  // As the system does when the parent ends.
  emulator.process.stdin?.end();
  await emulator.ended;
  await expect(fetch(url)).rejects.toThrow();
});
