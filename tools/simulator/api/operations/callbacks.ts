// SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat.
import { parseJson } from '../../long-integers';
import { MAX_PAYLOAD_BYTES } from '../executions';
import { ApiError, optionalText, text } from '../protocol';
import type { Operation } from '../service';

const MAX_TOKEN_LENGTH = 2048;

export const SendTaskSuccess: Operation = (request, { callbacks }) => {
  const token = text(request, 'taskToken', MAX_TOKEN_LENGTH);
  const output = text(request, 'output');
  if (Buffer.byteLength(output) > MAX_PAYLOAD_BYTES) {
    throw new ApiError('InvalidOutput', `Invalid Output: larger than ${MAX_PAYLOAD_BYTES} bytes`);
  }
  callbacks.succeed(token, parseOutput(output));
  return {};
};

export const SendTaskFailure: Operation = (request, { callbacks }) => {
  const error = optionalText(request, 'error', 256) ?? '';
  const cause = optionalText(request, 'cause', 32_768) ?? '';
  callbacks.fail(text(request, 'taskToken', MAX_TOKEN_LENGTH), error, cause);
  return {};
};

export const SendTaskHeartbeat: Operation = (request, { callbacks }) => {
  callbacks.heartbeat(text(request, 'taskToken', MAX_TOKEN_LENGTH));
  return {};
};

function parseOutput(output: string): unknown {
  try {
    return parseJson(output);
  } catch (error) {
    throw new ApiError('InvalidOutput', `Invalid Output: '${String(error)}'`);
  }
}
