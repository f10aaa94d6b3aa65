// http:invoke: an HTTP Task, with the credentials of an EventBridge connection.
// https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
import { parseJson } from '../long-integers';
import { type Arguments, argumentsOf, onlyFields, requiredText } from './arguments';
import { TaskFailure } from './failure';
import { type ConnectionValues, noteRefusal, readConnection } from './http-connection';
import { arrayFormat, urlEncode } from './http-encoding';
import type { HttpResponse } from './http-exchange';
import { requirePermission } from './step-functions';
import type { Integration } from './types';

const FIELDS = [
  'ApiEndpoint',
  'Authentication',
  'Headers',
  'InvocationConfig',
  'Method',
  'QueryParameters',
  'RequestBody',
  'Transform',
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];

/** Headers that a definition may not set; a connection may (Authorization above all). */
const FORBIDDEN_HEADERS = new RegExp(
  `^(${[
    'a-im|accept-charset|accept-datetime|accept-encoding|authorization|cache-control|connection|content-encoding',
    'content-md5|date|expect|forwarded|from|host|http2-settings|if-match|if-modified-since|if-none-match|if-range',
    'if-unmodified-since|max-forwards|origin|pragma|proxy-authorization|referer|server|te|trailer',
    'transfer-encoding|upgrade|via|warning|x-forwarded-.*|x-amz-.*|x-amzn-.*',
  ].join('|')})$`,
  'i',
);

const MAX_RESPONSE_BYTES = 262_144;

export const httpInvoke: Integration = async (call, context) => {
  const args = argumentsOf(call.arguments);
  onlyFields(args, FIELDS);
  const method = requiredText(args, 'Method');
  if (!METHODS.includes(method)) throw runtime(`Method must be one of ${METHODS.join(', ')}.`);
  const endpoint = parseEndpoint(requiredText(args, 'ApiEndpoint'));
  const headers = textMembers(args.Headers);
  const forbidden = Object.keys(headers).find((name) => FORBIDDEN_HEADERS.test(name));
  if (forbidden !== undefined) throw runtime(`The header '${forbidden}' is not allowed in an HTTP Task.`);
  const config = argumentsOf(args.InvocationConfig ?? args.Authentication);
  const connectionArn = requiredText(config, 'ConnectionArn');

  await requirePermission(context, 'states:InvokeHTTPEndpoint', context.stateMachineArn, {
    conditions: { 'states:HTTPMethod': method, 'states:HTTPEndpoint': endpoint.href },
  });
  const connection = await readConnection(connectionArn, call.signal, context);
  const query = { ...textMembers(args.QueryParameters), ...connection.query };
  for (const [name, value] of Object.entries(query)) endpoint.searchParams.set(name, value);
  const request = {
    url: endpoint,
    method,
    headers: withoutCaseConflicts(
      { 'Content-Type': 'application/json; charset=UTF-8' },
      headers,
      connection.headers,
      {
        'User-Agent': `Amazon|StepFunctions|HttpInvoke|${context.region}`,
        Range: `bytes=0-${MAX_RESPONSE_BYTES}`,
      },
    ),
    body: requestBody(args, connection),
  };
  const response = await context.exchange(request, call).catch((error: unknown) => {
    throw new TaskFailure('States.Http.Socket', error instanceof Error ? error.message : String(error));
  });
  await noteRefusal(connectionArn, response.status, context);
  return resultOf(response);
};

/** AWS accepts HTTPS only. Here plain HTTP is allowed to the loopback, where the local cloud's doubles are. */
function parseEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return url;
  throw runtime(`The ApiEndpoint must be an HTTPS URL.`);
}

function requestBody(args: Arguments, connection: ConnectionValues): string | undefined {
  const given = args.RequestBody;
  const added = connection.body;
  if (typeof given === 'string' && Object.keys(added).length > 0) {
    throw runtime(`A RequestBody that is a string cannot be merged with the connection's body parameters.`);
  }
  if (given === undefined && Object.keys(added).length === 0) return undefined;
  if (typeof given === 'string') return given;
  if (Array.isArray(given)) return JSON.stringify(given);
  const merged = { ...argumentsOf(given ?? {}), ...added };
  const transform = argumentsOf(args.Transform ?? {});
  if (transform.RequestBodyEncoding !== 'URL_ENCODED') return JSON.stringify(merged);
  const { ArrayFormat } = argumentsOf(transform.RequestEncodingOptions ?? {});
  return urlEncode(merged, arrayFormat(ArrayFormat));
}

function resultOf({ status, statusText, headers, text }: HttpResponse) {
  // As on AWS, the failure has the status only, without the body.
  if (status < 200 || status > 299) throw new TaskFailure(`States.Http.StatusCode.${status}`, statusText);
  const type = headers['content-type']?.join() ?? '';
  if (/^(application\/octet-stream|image\/|video\/|audio\/)/.test(type)) {
    throw runtime(`The response's content type '${type}' is not supported.`);
  }
  return {
    StatusCode: status,
    StatusText: statusText,
    Headers: headers,
    ResponseBody: /\bjson\b/.test(type) ? bodyOf(text) : text,
  };
}

function bodyOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/** Merges headers; the last layer wins. Names are case-insensitive. */
function withoutCaseConflicts(...layers: Record<string, string>[]): Record<string, string> {
  const byName = new Map<string, [string, string]>();
  for (const [name, value] of layers.flatMap((layer) => Object.entries(layer))) {
    byName.set(name.toLowerCase(), [name, value]);
  }
  return Object.fromEntries(byName.values());
}

function textMembers(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(argumentsOf(value ?? {})).map(([key, item]) => [key, String(item)]),
  );
}

const runtime = (cause: string) => new TaskFailure('States.Runtime', cause);
