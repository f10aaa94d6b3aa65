// A fake of CloudWatch Logs: a real SDK client whose requests are handled in process.

import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';

interface Request {
  logGroupName: string;
  filterPattern: string;
  startTime?: number;
  endTime?: number;
  nextToken?: string;
}

/**
 * Like the local cloud's emulator, it ignores the pattern and returns every line in the requested period.
 *
 * @param groups lines by log group, or the name of the error that a question about it meets
 * @param pageSize lines on each page
 */
export function fakeLogs(
  groups: Record<string, readonly { timestamp: number; message: string }[] | string>,
  pageSize = 1,
) {
  const requests: Request[] = [];
  const client = new CloudWatchLogsClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: {
      handle: async ({ body }: { body: Uint8Array }) => {
        const request: Request = JSON.parse(new TextDecoder().decode(body));
        requests.push(request);
        const { logGroupName, startTime = 0, endTime = Infinity, nextToken = '0' } = request;
        const group = groups[logGroupName] ?? [];
        if (typeof group === 'string') return respond(400, { __type: group, message: 'no' });
        const found = group.filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime);
        const at = Number(nextToken);
        const answer = {
          events: found.slice(at, at + pageSize),
          ...(at + pageSize < found.length && { nextToken: String(at + pageSize) }),
        };
        return respond(200, answer);
      },
    },
  });
  return { client, requests };
}

const respond = (statusCode: number, body: object) => ({
  response: {
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: Buffer.from(JSON.stringify(body)),
  },
});
