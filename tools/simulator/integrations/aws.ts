// AWS services as a state machine's role calls them. A client is loaded when it is first needed.
import http from 'node:http';
import type { Role } from '../api/role';

type Service = 'dynamodb' | 'lambda' | 's3' | 'secretsmanager' | 'sns' | 'sqs';

export interface AwsClients {
  /**
   * One API call, `operation` in camel case; rejects with the SDK's error. Not retried: whether to try again is the
   * state's Retry to say.
   */
  call(service: Service, operation: string, input: unknown, signal: AbortSignal): Promise<object>;
  /** Whether the service has the operation. */
  has(service: Service, operation: string): Promise<boolean>;
}

/** Milliseconds without an answer; a Lambda function may take 15 minutes. */
const TIMEOUT: Record<Service, number> = {
  dynamodb: 10_000,
  lambda: 905_000,
  s3: 60_000,
  secretsmanager: 10_000,
  sns: 10_000,
  sqs: 10_000,
};

export function createAwsClients(options: { endpoint: string; region: string; role: Role }): AwsClients {
  const { endpoint, region, role } = options;
  const clients = new Map<Service, Promise<object>>();
  // A new connection for each call costs nothing on the loopback, and none is ever closed under our hands.
  const httpAgent = new http.Agent({ keepAlive: false });

  const clientOf = (service: Service): Promise<object> => {
    const client = clients.get(service) ?? create(service);
    clients.set(service, client);
    return client;
  };

  const create = async (service: Service): Promise<object> => {
    const configuration = {
      endpoint,
      region,
      credentials: role.credentials,
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 3_000, requestTimeout: TIMEOUT[service], httpAgent },
    };
    switch (service) {
      case 'dynamodb':
        return new (await import('@aws-sdk/client-dynamodb')).DynamoDB(configuration);
      case 'lambda':
        return new (await import('@aws-sdk/client-lambda')).Lambda(configuration);
      case 's3':
        return new (await import('@aws-sdk/client-s3')).S3({ ...configuration, forcePathStyle: true });
      case 'secretsmanager':
        return new (await import('@aws-sdk/client-secrets-manager')).SecretsManager(configuration);
      case 'sns':
        return new (await import('@aws-sdk/client-sns')).SNS(configuration);
      case 'sqs':
        return new (await import('@aws-sdk/client-sqs')).SQS({
          ...configuration,
          useQueueUrlAsEndpoint: false,
        });
    }
  };

  /** The client's method for the operation: what a definition names is only known at run time. */
  const methodOf = (client: object, operation: string): unknown => {
    const inherited: unknown = Reflect.get(Object.getPrototypeOf(client), operation);
    return operation === 'constructor' || operation === 'send' || operation === 'destroy'
      ? undefined
      : inherited;
  };

  return {
    has: async (service, operation) => typeof methodOf(await clientOf(service), operation) === 'function',
    call: async (service, operation, input, signal) => {
      const client = await clientOf(service);
      const method = methodOf(client, operation);
      if (typeof method !== 'function') throw new Error(`${service} has no operation ${operation}.`);
      const output: unknown = await method.call(client, input, { abortSignal: signal });
      return typeof output === 'object' && output !== null ? output : {};
    },
  };
}

/** The SDK's output as a task's result: `$metadata` becomes what Step Functions shows of the HTTP answer. */
export function resultOf(output: object): Record<string, unknown> {
  const { $metadata: metadata, ...members } = Object.fromEntries(Object.entries(output));
  if (typeof metadata !== 'object' || metadata === null) return members;
  return {
    ...members,
    SdkHttpMetadata: { HttpStatusCode: Reflect.get(metadata, 'httpStatusCode') },
    SdkResponseMetadata: { RequestId: Reflect.get(metadata, 'requestId') },
  };
}
