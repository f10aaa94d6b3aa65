// aws-sdk:<service>:<operation> for the services that the project has a client of.
import { argumentsOf } from './arguments';
import type { Service } from './aws';
import { type ErrorNaming, failureOf, notRecognized } from './failure';
import type { Integration } from './types';

/** Whose errors are called what, after the second Java SDK. */
const NAMES: Readonly<Record<Service, string>> = {
  cloudformation: 'CloudFormation',
  dynamodb: 'DynamoDb',
  iam: 'Iam',
  kms: 'Kms',
  lambda: 'Lambda',
  s3: 'S3',
  secretsmanager: 'SecretsManager',
  sesv2: 'SesV2',
  sns: 'Sns',
  sqs: 'Sqs',
  sts: 'Sts',
};

/** `Kms.NotFoundException`, and `Kms.KmsException` for what the service has no name for. */
export const sdkNaming = (name: string): ErrorNaming => ({
  prefix: name,
  generic: `${name}Exception`,
  service: name,
  wording: 'aws-sdk',
});

/** What follows the service in the Resource. */
export const operationOf = (resource: string): string =>
  resource.split(':').at(-1)?.replace('.waitForTaskToken', '') ?? '';

export const awsSdk =
  (service: Service): Integration =>
  async ({ resource, arguments: args, signal }, { aws }) => {
    const operation = operationOf(resource);
    if (!(await aws.has(service, operation))) throw notRecognized(resource);
    const output = await aws.call(service, operation, argumentsOf(args), signal).catch((error: unknown) => {
      throw failureOf(error, sdkNaming(NAMES[service]));
    });
    return plainResult(output);
  };

/** No HTTP metadata in the results of SDK integrations; dates are ISO 8601 text, bytes and streams are text. */
export async function plainResult(output: object): Promise<Record<string, unknown>> {
  const members = Object.entries(output).filter(([member]) => member !== '$metadata');
  const result: Record<string, unknown> = {};
  for (const [member, value] of members) result[member] = await textOf(value);
  return JSON.parse(JSON.stringify(result));
}

async function textOf(value: unknown): Promise<unknown> {
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (typeof value !== 'object' || value === null || !('transformToString' in value)) return value;
  return typeof value.transformToString === 'function' ? String(await value.transformToString()) : value;
}
