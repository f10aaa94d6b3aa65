// The part of MiniStack that the Step Functions server calls, in process: deployed state machines, STS, the
// launcher's `/_local` API, and any AWS service that a test wants to implement.
import http from 'node:http';
import type { LogEvent } from '../../tools/simulator/log-event';

interface AwsRequest {
  /** E.g. `DynamoDB_20120810.PutItem`, or `POST /2015-03-31/functions/f/invocations`. */
  operation: string;
  body: string;
  /** The access key of the signature. */
  accessKeyId: string;
}

export interface AwsAnswer {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

export interface FakeMiniStack {
  url: string;
  /** Responses of DescribeStateMachine, by ARN. */
  stateMachines: Map<string, Record<string, unknown>>;
  aliases: Map<string, Record<string, unknown>>;
  connections: Map<string, Record<string, unknown>>;
  /** Actions that are denied to every role. */
  denied: Set<string>;
  /** Status of the launcher's response about permissions; 404 when it cannot decide. */
  authorizerStatus: number;
  /** The permissions that were checked. */
  asked: { principalArn: string; action: string; resource: string; context: Record<string, string> }[];
  /** Assumed roles, each with the session's name and the caller's access key. */
  assumed: { roleArn: string; sessionName: string; by: string }[];
  /** Details of the events put on the default bus. */
  events: Record<string, unknown>[];
  /** What was written of executions: metrics, and events of their machine's log. */
  observed: Observed[];
  /** Requests to other services, in order. */
  requests: AwsRequest[];
  /** Returns the response to such a request. */
  answer: (request: AwsRequest) => AwsAnswer;
  close(): Promise<void>;
}

interface Observed {
  metrics: { name: string; value: number; at: string; dimensions: Record<string, string> }[];
  logGroup?: string;
  events?: LogEvent[];
}

export const REGION = 'us-east-1';
export const MACHINE_ARN = `arn:aws:states:${REGION}:000000000000:stateMachine:orders`;
export const ROLE_ARN = 'arn:aws:iam::000000000000:role/orders-role';

export async function startFakeMiniStack(): Promise<FakeMiniStack> {
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { status = 200, headers = {}, body } = reply(fake, request, Buffer.concat(chunks).toString());
    const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    response.writeHead(status, { 'x-amzn-requestid': 'request-1', ...headers }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const fake: FakeMiniStack = {
    url: `http://127.0.0.1:${port}`,
    stateMachines: new Map(),
    aliases: new Map(),
    connections: new Map(),
    denied: new Set(),
    authorizerStatus: 200,
    asked: [],
    assumed: [],
    events: [],
    observed: [],
    requests: [],
    answer: ({ operation }) => error(`Unexpected${operation}`, 'The test did not expect this request.'),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}

/** An error response in AWS JSON. */
export const error = (type: string, message: string, more: object = {}, status = 400): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: { __type: type, message, ...more },
});

/** Deploys a state machine under MACHINE_ARN, or under the given name. */
export function deploy(fake: FakeMiniStack, definition: object, more: Record<string, unknown> = {}): string {
  const name = String(more.name ?? 'orders');
  const stateMachineArn = MACHINE_ARN.replace(/orders$/, name);
  fake.stateMachines.set(stateMachineArn, {
    stateMachineArn,
    name,
    definition: JSON.stringify({ QueryLanguage: 'JSONata', ...definition }),
    roleArn: ROLE_ARN,
    type: 'STANDARD',
    status: 'ACTIVE',
    creationDate: 1_700_000_000,
    revisionId: 'revision-1',
    ...more,
  });
  return stateMachineArn;
}

function reply(fake: FakeMiniStack, request: http.IncomingMessage, body: string): AwsAnswer {
  const target = String(request.headers['x-amz-target'] ?? '');
  const form = new URLSearchParams(body);
  const accessKeyId = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (request.url === '/_local/authorize') {
    const question = JSON.parse(body);
    fake.asked.push(question);
    const allowed = !fake.denied.has(question.action);
    const reason = `User: ${question.principalArn} is not authorized to perform: ${question.action} on resource: ${question.resource}`;
    return { status: fake.authorizerStatus, body: { allowed, reason } };
  }
  if (request.url === '/_local/events') {
    for (const entry of JSON.parse(body).Entries)
      fake.events.push({ ...entry, Detail: JSON.parse(entry.Detail) });
    return { body: {} };
  }
  if (request.url === '/_local/observed') {
    fake.observed.push(JSON.parse(body));
    return { body: {} };
  }
  if (form.get('Action') === 'AssumeRole') {
    const roleArn = form.get('RoleArn') ?? '';
    fake.assumed.push({ roleArn, sessionName: form.get('RoleSessionName') ?? '', by: accessKeyId });
    return { headers: { 'content-type': 'text/xml' }, body: credentials(roleArn) };
  }
  const members = target === '' ? {} : JSON.parse(body);
  switch (target) {
    case 'AWSStepFunctions.DescribeStateMachine':
      return found(fake.stateMachines.get(members.stateMachineArn), 'StateMachineDoesNotExist');
    case 'AWSStepFunctions.DescribeStateMachineAlias':
      return found(fake.aliases.get(members.stateMachineAliasArn), 'ResourceNotFound');
    case 'AWSStepFunctions.ListStateMachines':
      return { body: { stateMachines: [...fake.stateMachines.values()] } };
    case 'AWSEvents.DescribeConnection':
      return found(fake.connections.get(members.Name), 'ResourceNotFoundException');
  }
  const operation = target || form.get('Action') || `${request.method} ${request.url?.replace(/\?.*/, '')}`;
  fake.requests.push({ operation, body, accessKeyId });
  return fake.answer({ operation, body, accessKeyId });
}

const found = (described: Record<string, unknown> | undefined, otherwise: string): AwsAnswer =>
  described ? { body: described } : error(otherwise, 'There is none.');

/** Credentials whose access key contains the role's name. */
const credentials = (
  roleArn: string,
) => `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult><Credentials>
    <AccessKeyId>${keyOf(roleArn)}</AccessKeyId>
    <SecretAccessKey>secret</SecretAccessKey>
    <SessionToken>token</SessionToken>
    <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
  </Credentials></AssumeRoleResult>
</AssumeRoleResponse>`;

export const keyOf = (roleArn: string) => `ASIA-${roleArn.split('/').at(-1)}`;
