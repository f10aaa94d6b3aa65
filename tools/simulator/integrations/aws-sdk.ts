// aws-sdk:<service>:<operation> for the services that integrations/aws.ts has a client of.
import { argumentsOf } from './arguments';
import type { Service } from './aws';
import { type ErrorNaming, failureOf, notRecognized } from './failure';
import type { Integration } from './types';

/** The prefix of each service's errors, as in the AWS SDK for Java 2.x. */
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

/** `Kms.NotFoundException`, and `Kms.KmsException` for errors that the service's model does not have. */
export const sdkNaming = (name: string): ErrorNaming => ({
  prefix: name,
  generic: `${name}Exception`,
  service: name,
  wording: 'aws-sdk',
});

/** The part of the Resource after the service. */
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

/** Results of SDK integrations have no HTTP metadata; dates become ISO 8601 text, bytes and streams become text. */
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
