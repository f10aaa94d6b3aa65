// Calls MiniStack, to which CloudFormation deploys, as the account's root, over AWS JSON.
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

// A new connection for each call is cheap on the loopback, and the server cannot close it while it is idle.
const agent = new http.Agent({ keepAlive: false });

/** Sends a request unchanged. Rejects when MiniStack sends nothing for 30 s. */
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
  // MiniStack reads service and account from the credential scope; it does not check root's signature.
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

/** Calls the launcher around MiniStack, under `/_local`. Throws for any status but 200. */
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
