// lambda:invoke, and tasks whose Resource is a function's ARN.

import { parseJson, toJson } from '../long-integers';
import { argumentsOf, asText, onlyFields, requiredText } from './arguments';
import { resultOf } from './aws';
import { asServiceError, type ErrorNaming, failureOf, TaskFailure, wordCause } from './failure';
import type { Integration, IntegrationContext } from './types';

const NAMING: ErrorNaming = {
  prefix: 'Lambda',
  generic: 'AWSLambdaException',
  service: 'AWSLambda',
  wording: 'optimised',
};

const FIELDS = ['FunctionName', 'Payload', 'Qualifier', 'InvocationType', 'ClientContext', 'LogType'];

export const lambdaInvoke: Integration = async (call, context) => {
  const args = argumentsOf(call.arguments);
  onlyFields(args, FIELDS);
  requiredText(args, 'FunctionName');
  const { Payload, ...rest } = args;
  // A string payload is sent as it is, as JSON text.
  const request = { ...rest, Payload: Payload === undefined ? '{}' : asText(Payload) };
  const { output, payload } = await invoke(request, call.signal, context);
  return { ...resultOf(output), Payload: payload };
};

/** The function gets the Arguments, or the state's input without them. Its payload is the result. */
export const invokeFunction: Integration = async (call, context) => {
  const request = { FunctionName: call.resource, Payload: toJson(call.arguments) };
  return (await invoke(request, call.signal, context)).payload;
};

async function invoke(request: object, signal: AbortSignal, { aws }: IntegrationContext) {
  const output = await aws.call('lambda', 'invoke', request, signal).catch((error: unknown) => {
    throw lambdaFailure(error);
  });
  const bytes: unknown = Reflect.get(output, 'Payload');
  const text = bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : '';
  if (Reflect.get(output, 'FunctionError') !== undefined) throw functionFailure(text);
  return { output, payload: text === '' ? {} : parse(text) };
}

/** The failure of a function that threw: the error's type is the error name, the whole payload the cause. */
function functionFailure(text: string): TaskFailure {
  const answer = parse(text);
  const errorType =
    typeof answer === 'object' && answer !== null && 'errorType' in answer ? answer.errorType : undefined;
  return new TaskFailure(
    typeof errorType === 'string' && errorType !== '' ? errorType : 'Lambda.Unknown',
    text,
  );
}

function lambdaFailure(error: unknown): TaskFailure {
  const answer = asServiceError(error);
  if (answer?.status === 429)
    return new TaskFailure('Lambda.TooManyRequestsException', wordCause(answer, NAMING));
  if (answer && answer.status >= 500)
    return new TaskFailure('Lambda.ServiceException', wordCause(answer, NAMING));
  return failureOf(error, NAMING);
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
