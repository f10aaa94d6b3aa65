/**
 * Reads the results that the Distributed Map's ResultWriter wrote (FLATTEN, JSON Lines): a folder for each Map Run,
 * with a manifest that names the files.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
import * as z from 'zod/mini';
import type { FailedLine, HalfWayLine } from '../../contracts/types';
import type { Bucket } from '../shared/bucket';
import { linesOf } from '../shared/lines';

const files = z.optional(z.array(z.object({ Key: z.string() })));

const manifest = z.object({
  ResultFiles: z.object({ SUCCEEDED: files, FAILED: files, PENDING: files }),
});

const order = { line: z.number(), orderId: z.string() };

/** What became of an order in a batch that succeeded. */
const result = z.discriminatedUnion('status', [
  z.object({ ...order, status: z.enum(['STARTED', 'STARTED_AGAIN', 'ALREADY_STARTED']) }),
  z.object({ ...order, status: z.literal('HALF_WAY'), execution: z.string() }),
]);

type Result = z.infer<typeof result>;

/** A batch that failed or never ran. */
const batch = z.object({ Input: z.optional(z.string()), Error: z.optional(z.string()) });

const batchInput = z.object({ Items: z.array(z.object(order)) });

export interface Results {
  started: number;
  startedAgain: number;
  alreadyStarted: number;
  /** Sorted by line. */
  halfWayLines: HalfWayLine[];
  /** Orders of batches that failed or never ran, sorted by line. */
  failedLines: FailedLine[];
}

/** Reads the results of all Map Runs of an import; a retry of the Map adds a Map Run. */
export async function readResults(bucket: Bucket, prefix: string): Promise<Results> {
  const results = new Map<number, Result>();
  const failed = new Map<number, FailedLine>();

  const keys = await bucket.list(`${prefix}/`);
  for (const key of keys.filter((key) => key.endsWith('/manifest.json'))) {
    const { SUCCEEDED = [], FAILED = [], PENDING = [] } = await readManifest(bucket, key);
    for await (const item of itemsIn(bucket, SUCCEEDED)) {
      const found = result.parse(item);
      // What one Map Run has started, the next one finds started.
      if (!results.get(found.line)?.status.startsWith('STARTED')) results.set(found.line, found);
    }
    for await (const item of itemsIn(bucket, [...FAILED, ...PENDING])) {
      for (const line of failedLinesOf(item)) failed.set(line.line, line);
    }
  }

  const all = [...results.values()];
  const count = (wanted: Result['status']) => all.filter(({ status }) => status === wanted).length;
  return {
    started: count('STARTED'),
    startedAgain: count('STARTED_AGAIN'),
    alreadyStarted: count('ALREADY_STARTED'),
    halfWayLines: all.flatMap(({ status, ...line }) => ('execution' in line ? [line] : [])).sort(byLine),
    failedLines: [...failed.values()].filter(({ line }) => !results.has(line)).sort(byLine),
  };
}

const byLine = (a: { line: number }, b: { line: number }) => a.line - b.line;

async function readManifest(bucket: Bucket, key: string) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await bucket.read(key)).chunks) chunks.push(chunk);
  return manifest.parse(JSON.parse(Buffer.concat(chunks).toString())).ResultFiles;
}

async function* itemsIn(bucket: Bucket, files: readonly { Key: string }[]): AsyncGenerator<unknown> {
  for (const { Key } of files) {
    const { chunks } = await bucket.read(Key);
    for await (const { bytes } of linesOf(chunks)) if (bytes?.length) yield JSON.parse(bytes.toString());
  }
}

function failedLinesOf(item: unknown): FailedLine[] {
  const { Input = '{"Items":[]}', Error: error = null } = batch.parse(item);
  const { Items } = batchInput.parse(JSON.parse(Input));
  return Items.map(({ line, orderId }) => ({ line, orderId, error }));
}
