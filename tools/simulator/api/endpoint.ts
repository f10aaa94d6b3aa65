// Handles one HTTP request of the Step Functions API: finds its operation, runs it, writes the response.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type HttpAnswer, send } from './ministack';
import { operations, passedOn } from './operations';
import { ApiError, parseRequest, toWire } from './protocol';
import type { Service } from './service';

/** Twice the service's limit, so that a payload above the limit gets the service's own error. */
const MAX_BODY_BYTES = 2_097_152;

export interface Endpoint {
  service: Service;
  ministackUrl: string;
  log: (line: string) => void;
}

export async function answer(request: IncomingMessage, endpoint: Endpoint): Promise<HttpAnswer> {
  try {
    const body = await readBody(request);
    const operation = operationName(request);
    if (passedOn.has(operation)) return await passOn(request, body, endpoint.ministackUrl);
    const run = operations.get(operation);
    if (!run) throw new ApiError('UnknownOperationException', `Unknown operation: '${operation}'`);
    const response = await run(parseRequest(body), endpoint.service);
    return { status: 200, headers: headers(), body: JSON.stringify(toWire(response)) };
  } catch (error) {
    const failure = error instanceof ApiError ? error : internalFailure(error, endpoint.log);
    const body = JSON.stringify({ __type: failure.name, message: failure.message });
    return { status: failure.httpStatus, headers: headers(), body };
  }
}

const headers = () => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amzn-requestid': randomUUID(),
});

function operationName(request: IncomingMessage): string {
  const target = request.headers['x-amz-target'];
  return typeof target === 'string' && target.startsWith('AWSStepFunctions.') ? target.slice(17) : '';
}

/** Forwards the request with its headers, which the caller has signed. */
async function passOn(request: IncomingMessage, body: string, ministackUrl: string): Promise<HttpAnswer> {
  const { connection: _, 'transfer-encoding': __, ...signed } = request.headers;
  const sent = { headers: { ...signed, 'content-length': Buffer.byteLength(body) }, body };
  return { ...(await send(ministackUrl, sent)), headers: headers() };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) throw new ApiError('RequestEntityTooLargeException', 'Request too large', 413);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

function internalFailure(error: unknown, log: (line: string) => void): ApiError {
  log(`Internal failure: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return new ApiError('InternalFailure', 'The request failed. The log of the local cloud says why.', 500);
}
