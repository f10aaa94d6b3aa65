// Calls AWS services as a state machine's role. Loads each client on first use.
import http from 'node:http';
import type { Role } from '../api/role';

export type Service = keyof typeof clientOf;

export interface AwsClients {
  /**
   * One API call, `operation` in camel case. Rejects with the SDK's error. The SDK does not retry, because the state's
   * Retry does.
   */
  call(service: Service, operation: string, input: unknown, signal: AbortSignal): Promise<object>;
  /** Whether the service has the operation. */
  has(service: Service, operation: string): Promise<boolean>;
}

interface Configuration {
  endpoint: string;
  region: string;
  credentials: Role['credentials'];
  maxAttempts: number;
  requestHandler: { connectionTimeout: number; requestTimeout: number; httpAgent: http.Agent };
}

const clientOf = {
  cloudformation: async (configuration: Configuration) =>
    new (await import('@aws-sdk/client-cloudformation')).CloudFormation(configuration),
  dynamodb: async (configuration: Configuration) =>
    new (await import('@aws-sdk/client-dynamodb')).DynamoDB(configuration),
  iam: async (configuration: Configuration) => new (await import('@aws-sdk/client-iam')).IAM(configuration),
  kms: async (configuration: Configuration) => new (await import('@aws-sdk/client-kms')).KMS(configuration),
  lambda: async (configuration: Configuration) =>
    new (await import('@aws-sdk/client-lambda')).Lambda(configuration),
  s3: async (configuration: Configuration) =>
    new (await import('@aws-sdk/client-s3')).S3({ ...configuration, forcePathStyle: true }),
  secretsmanager: async (configuration: Configuration) =>
    new (await import('@aws-sdk/client-secrets-manager')).SecretsManager(configuration),
  sesv2: async (configuration: Configuration) =>
    new (await import('@aws-sdk/client-sesv2')).SESv2(configuration),
  sns: async (configuration: Configuration) => new (await import('@aws-sdk/client-sns')).SNS(configuration),
  sqs: async (configuration: Configuration) =>
    new (await import('@aws-sdk/client-sqs')).SQS({ ...configuration, useQueueUrlAsEndpoint: false }),
  sts: async (configuration: Configuration) => new (await import('@aws-sdk/client-sts')).STS(configuration),
};

/** How long to wait for a response, in milliseconds; a Lambda function may take 15 minutes. */
const timeoutOf = (service: Service): number =>
  service === 'lambda' ? 905_000 : service === 's3' ? 60_000 : 10_000;

export function createAwsClients(options: { endpoint: string; region: string; role: Role }): AwsClients {
  const { endpoint, region, role } = options;
  const clients = new Map<Service, Promise<object>>();
  // A new connection for each call is cheap on the loopback, and the server cannot close it while it is idle.
  const httpAgent = new http.Agent({ keepAlive: false });

  const get = (service: Service): Promise<object> => {
    const requestHandler = { connectionTimeout: 3_000, requestTimeout: timeoutOf(service), httpAgent };
    const configuration = { endpoint, region, credentials: role.credentials, maxAttempts: 1, requestHandler };
    const client = clients.get(service) ?? clientOf[service](configuration);
    clients.set(service, client);
    return client;
  };

  /** The client's method for the operation, if it has one. */
  const methodOf = (client: object, operation: string): unknown => {
    const inherited: unknown = Reflect.get(Object.getPrototypeOf(client), operation);
    return /^(?:constructor|send|destroy|paginate.*|waitUntil.*)$/.test(operation) ? undefined : inherited;
  };

  return {
    has: async (service, operation) => typeof methodOf(await get(service), operation) === 'function',
    call: async (service, operation, input, signal) => {
      const client = await get(service);
      const method = methodOf(client, operation);
      if (typeof method !== 'function') throw new Error(`${service} has no operation ${operation}.`);
      const output: unknown = await method.call(client, input, { abortSignal: signal });
      return typeof output === 'object' && output !== null ? output : {};
    },
  };
}

/** Converts the SDK's output to a task's result: `$metadata` becomes the HTTP metadata that Step Functions adds. */
export function resultOf(output: object): Record<string, unknown> {
  const { $metadata: metadata, ...members } = Object.fromEntries(Object.entries(output));
  if (typeof metadata !== 'object' || metadata === null) return members;
  return {
    ...members,
    SdkHttpMetadata: { HttpStatusCode: Reflect.get(metadata, 'httpStatusCode') },
    SdkResponseMetadata: { RequestId: Reflect.get(metadata, 'requestId') },
  };
}
