// Reads the values that an EventBridge connection adds to an HTTP Task, from the connection's secret, as the role, and
// switches the connection off when the endpoint refuses them.
import { ApiError } from '../api/protocol';
import { argumentsOf } from './arguments';
import { asServiceError, TaskFailure } from './failure';
import type { IntegrationContext } from './types';

export interface ConnectionValues {
  headers: Record<string, string>;
  query: Record<string, string>;
  body: Record<string, string>;
}

/** Throws `Events.ConnectionResource.…` when the connection does not exist, is not authorised or may not be read. */
export async function readConnection(
  arn: string,
  signal: AbortSignal,
  { role, aws, describeConnection }: IntegrationContext,
): Promise<ConnectionValues> {
  const { allowed, reason } = await role.may('events:RetrieveConnectionCredentials', arn);
  if (!allowed) throw connectionFailure('AccessDenied', reason);

  const connection = await describeConnection(nameIn(arn)).catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    throw connectionFailure('ResourceNotFound', error.message);
  });
  if (connection.ConnectionState !== 'AUTHORIZED') {
    throw connectionFailure(
      'InvalidConnectionState',
      `The connection is ${String(connection.ConnectionState)}.`,
    );
  }

  const secret = { SecretId: connection.SecretArn };
  try {
    // AWS needs both permissions.
    await aws.call('secretsmanager', 'describeSecret', secret, signal);
    const value = await aws.call('secretsmanager', 'getSecretValue', secret, signal);
    const values: unknown = JSON.parse(String(Reflect.get(value, 'SecretString')));
    return connectionValues(argumentsOf(values));
  } catch (error) {
    const answer = asServiceError(error);
    if (!answer) throw error;
    throw connectionFailure(
      answer.name === 'ResourceNotFoundException' ? 'ResourceNotFound' : 'AccessDenied',
      answer.message,
    );
  }
}

/**
 * EventBridge takes the authorisation from a connection whose endpoint answers 401 or 407. From then on every use of it
 * fails, until somebody gives it credentials:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-deauthorize.html
 */
export async function noteRefusal(
  arn: string,
  status: number,
  { deauthorizeConnection }: IntegrationContext,
): Promise<void> {
  if (status === 401 || status === 407) await deauthorizeConnection(nameIn(arn));
}

const nameIn = (arn: string): string => /:connection\/([^/]+)/.exec(arn)?.[1] ?? '';

const connectionFailure = (kind: string, cause: string) =>
  new TaskFailure(`Events.ConnectionResource.${kind}`, cause);

/** The secret's members, in snake case: an API key or user and password, and `invocation_http_parameters`. */
function connectionValues(secret: Readonly<Record<string, unknown>>): ConnectionValues {
  const more = argumentsOf(secret.invocation_http_parameters ?? {});
  const headers = keyValues(more.header_parameters);
  const { api_key_name: keyName, api_key_value: keyValue, username, password } = secret;
  if (typeof keyName === 'string') headers[keyName] = String(keyValue);
  if (typeof username === 'string') {
    headers.Authorization = `Basic ${Buffer.from(`${username}:${String(password)}`).toString('base64')}`;
  }
  return {
    headers,
    query: keyValues(more.query_string_parameters),
    body: keyValues(more.body_parameters),
  };
}

function keyValues(list: unknown): Record<string, string> {
  if (!Array.isArray(list)) return {};
  return Object.fromEntries(
    list.map((item: unknown) => {
      const { key, value } = argumentsOf(item);
      return [String(key), String(value)];
    }),
  );
}
