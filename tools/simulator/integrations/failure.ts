// Converts the errors of AWS services to a task's failure.

import { randomUUID } from 'node:crypto';

/** A failed task: `name` is the error name that Catch and Retry see, `message` the cause. */
export class TaskFailure extends Error {
  override readonly name: string;

  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }
}

/** How an integration names and words a service's errors. */
export interface ErrorNaming {
  /** E.g. `DynamoDB`. */
  prefix: string;
  /** The name of errors that the service's model does not have, e.g. `AmazonDynamoDBException`. */
  generic: string;
  /** The service's name in the cause, e.g. `AmazonDynamoDBv2`. */
  service: string;
  /**
   * `optimised` integrations word the cause as the AWS SDK for Java 1.x ("Error Code: …"), `aws-sdk` ones as 2.x
   * ("Status Code: 400, Request ID: …").
   */
  wording: 'optimised' | 'aws-sdk';
}

/** What the JavaScript SDK throws for an error response. */
export interface ServiceError {
  name: string;
  message: string;
  status: number;
  requestId: string;
  /** Whether the service's model has an exception of this name. */
  modelled: boolean;
}

/** Undefined for an error without a response: a refused connection, a timeout. */
export function asServiceError(error: unknown): ServiceError | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return {
    name: error.name,
    message: error.message,
    status: Number(metadata.httpStatusCode),
    requestId: 'requestId' in metadata && metadata.requestId ? String(metadata.requestId) : randomUUID(),
    // The SDK has one class for each modelled exception, and the service's base class for all others.
    modelled: error.constructor.name === error.name,
  };
}

export function failureOf(error: unknown, naming: ErrorNaming): TaskFailure {
  if (error instanceof TaskFailure) return error;
  const answer = asServiceError(error);
  if (!answer) {
    const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return new TaskFailure(`${naming.prefix}.SdkClientException`, `Unable to execute HTTP request: ${cause}`);
  }
  const name = answer.modelled ? answer.name.replace(/(?:Exception)?$/, 'Exception') : naming.generic;
  return new TaskFailure(`${naming.prefix}.${name}`, wordCause(answer, naming));
}

export function wordCause(
  { name, message, status, requestId }: Omit<ServiceError, 'modelled'>,
  { service, wording }: ErrorNaming,
): string {
  return wording === 'optimised'
    ? `${message} (Service: ${service}; Status Code: ${status}; Error Code: ${name}; Request ID: ${requestId}; Proxy: null)`
    : `${message} (Service: ${service}, Status Code: ${status}, Request ID: ${requestId})`;
}

/** The failure of a task whose Resource has no integration. It cannot be caught. */
export const notRecognized = (resource: string): TaskFailure =>
  new TaskFailure(
    'States.Runtime',
    `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
  );
