// Sends an HTTP Task's request.
import http from 'node:http';
import https from 'node:https';
import type { TaskCall } from '../types';

interface HttpRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
}

export interface HttpResponse {
  status: number;
  statusText: string;
  /** Names in lower case. */
  headers: NodeJS.Dict<string[]>;
  text: string;
}

/** Rejects when no response comes: no connection, a lost one, or none within HARD_CAP. */
export type HttpExchange = (
  request: HttpRequest,
  call: Pick<TaskCall, 'clock' | 'signal'>,
) => Promise<HttpResponse>;

/** Milliseconds for the whole call, whatever the state's TimeoutSeconds says. */
export const HARD_CAP = 60_000;

export const exchangeOverNetwork: HttpExchange = ({ url, body, method, headers }, { signal }) =>
  new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http;
    const outgoing = request(url, {
      method,
      headers,
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(HARD_CAP)]),
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? '',
          headers: response.headersDistinct,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    outgoing.end(body);
  });
