// How this server asks MiniStack, where CloudFormation deploys: as the account's root, over AWS JSON.
import http from 'node:http';
import { ApiError, isRecord } from './protocol';

export interface MiniStackOptions {
  /** Where MiniStack listens, e.g. `http://127.0.0.1:4566`. */
  url: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

export interface HttpAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

// A new connection for each call costs nothing on the loopback, and none is ever closed under our hands.
const agent = new http.Agent({ keepAlive: false });

/** Sends as it is. 30 s without a word from MiniStack is an error. */
export function send(
  url: string,
  request: { headers: http.OutgoingHttpHeaders; body: string },
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(
      url,
      { method: 'POST', agent, timeout: 30_000, headers: request.headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 500,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${url} did not answer within 30 s`)));
    outgoing.on('error', reject);
    outgoing.end(request.body);
  });
}

/** One AWS JSON call as root. Throws an ApiError with MiniStack's own error name and message. */
export async function callMiniStack(
  { url, region, credentials }: MiniStackOptions,
  service: { signingName: string; target: string; version: '1.0' | '1.1' },
  input: unknown,
): Promise<Record<string, unknown>> {
  // MiniStack tells the service and the account by the credential scope; root's signature it does not check.
  const scope = `${credentials.accessKeyId}/20260101/${region}/${service.signingName}/aws4_request`;
  const answer = await send(url, {
    headers: {
      'content-type': `application/x-amz-json-${service.version}`,
      'x-amz-target': service.target,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  const parsed: unknown = JSON.parse(answer.body || '{}');
  const members = isRecord(parsed) ? parsed : {};
  if (answer.status < 400) return members;
  const type = String(members.__type ?? 'InternalFailure').replace(/^.*#/, '');
  throw new ApiError(type, String(members.message ?? members.Message ?? answer.body), answer.status);
}

/** One question to the launcher around MiniStack, under `/_local`. Anything but 200 is an error, 404 included. */
export async function callMiniStackLocal(
  { url }: MiniStackOptions,
  question: string,
  input: unknown,
): Promise<Record<string, unknown>> {
  const address = new URL(`/_local/${question}`, url).href;
  const answer = await send(address, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  if (answer.status !== 200)
    throw new Error(`${address} answered ${answer.status}: ${answer.body.slice(0, 500)}`);
  const parsed: unknown = JSON.parse(answer.body);
  return isRecord(parsed) ? parsed : {};
}
