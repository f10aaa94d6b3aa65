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
 * Like the local cloud's emulator, it ignores the pattern and returns every line in the requested period, one line on
 * each page.
 *
 * @param groups lines by log group
 */
export function fakeLogs(groups: Record<string, readonly { timestamp: number; message: string }[]>) {
  const requests: Request[] = [];
  const client = new CloudWatchLogsClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: {
      handle: async ({ body }: { body: Uint8Array }) => {
        const request: Request = JSON.parse(new TextDecoder().decode(body));
        requests.push(request);
        const { logGroupName, startTime = 0, endTime = Infinity, nextToken = '0' } = request;
        const found = (groups[logGroupName] ?? []).filter(
          ({ timestamp }) => timestamp >= startTime && timestamp <= endTime,
        );
        const at = Number(nextToken);
        const answer = {
          events: found.slice(at, at + 1),
          ...(at + 1 < found.length && { nextToken: String(at + 1) }),
        };
        return {
          response: {
            statusCode: 200,
            headers: { 'content-type': 'application/x-amz-json-1.1' },
            body: Buffer.from(JSON.stringify(answer)),
          },
        };
      },
    },
  });
  return { client, requests };
}
