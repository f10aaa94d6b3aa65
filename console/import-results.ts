// The orders of an import, from the files that its Map Run left in S3: complete, where lists of executions are cut.

import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Cloud } from '../bin/cli/cloud';
import { readTimeline } from '../bin/cli/executions';
import { failureOf, problemsOf, sentence } from '../bin/history/failure';
import { parsed, record } from '../bin/history/json';
import { plain } from '../bin/terminal/text';
import type { OrderRow } from './model';

export interface ImportResults {
  /** By line. */
  orders: OrderRow[];
  /** Why batches failed, by name. */
  whys: Map<string, string>;
  problem?: string;
}

/** @param runs the Map Run, which has ended, and its execution */
export async function readImport(
  cloud: Cloud,
  { arn, executionArn }: { arn: string; executionArn: string },
): Promise<ImportResults> {
  const name = executionArn.split(':').at(-1) ?? '';
  const { input, visits } = await readTimeline(cloud, { name, arn: executionArn });
  const file = record(visits.findLast(({ state, answer }) => state === 'CheckFile' && answer)?.answer);
  const files = await filesIn(cloud, String(record(input).bucket));

  const rows = new Map<number, OrderRow>();
  for await (const item of files.jsonLines(String(file.badKey))) {
    const { line, ...problems } = record(item);
    rows.set(Number(line), { line: Number(line), kind: 'INVALID', why: problemsOf(problems).join('; ') });
  }
  const folder = `${file.resultsPrefix}/${arn.split(':').at(-1)}`;
  const manifest = await files.manifest(`${folder}/manifest.json`);
  const whys = new Map<string, string>();
  for (const key of manifest?.SUCCEEDED ?? []) {
    for await (const item of files.jsonLines(key)) {
      const row = orderRow(item);
      rows.set(row.line, row);
    }
  }
  for (const key of [...(manifest?.FAILED ?? []), ...(manifest?.PENDING ?? [])]) {
    for await (const item of files.jsonLines(key)) {
      const { Name, Error: error, Cause: cause, Input } = record(item);
      const ran = typeof Name === 'string';
      const why = typeof error === 'string' ? sentence(failureOf({ error, cause: text(cause) })) : '';
      if (ran) whys.set(Name, why);
      const kind = ran ? 'BATCH_FAILED' : 'BATCH_PENDING';
      for (const row of unreportedRows(record(parsed(text(Input))), kind, why))
        if (!rows.has(row.line)) rows.set(row.line, row);
    }
  }
  return {
    orders: [...rows.values()].sort((a, b) => a.line - b.line),
    whys,
    ...(!manifest && { problem: 'This run left no results: its batches say which orders they started.' }),
  };
}

/** A result of a batch that succeeded. */
export function orderRow(item: unknown): OrderRow {
  const { line, orderId, execution, status } = record(item);
  return {
    line: Number(line),
    kind: plain(status),
    why: '',
    orderId: plain(orderId),
    execution: plain(execution),
  };
}

/** The orders of a batch without a result. Some may have been started: under their own names. */
export const unreportedRows = ({ Items }: Record<string, unknown>, kind: string, why: string): OrderRow[] =>
  (Array.isArray(Items) ? Items : []).map(record).map(({ line, orderId }) => ({
    line: Number(line),
    kind,
    why,
    orderId: plain(orderId),
    execution: `order-${plain(orderId)}`,
  }));

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

async function filesIn(cloud: Cloud, bucket: string) {
  const s3 = await cloud.clients.s3();
  const get = (key: string) => s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return {
    async *jsonLines(key: string): AsyncGenerator<unknown> {
      for await (const line of linesIn(await get(key))) yield JSON.parse(line);
    },
    /** Keys of the result files, by how their batches ended; nothing for a run that was stopped before it wrote any. */
    async manifest(key: string): Promise<Record<string, string[]> | undefined> {
      try {
        const { ResultFiles } = record(JSON.parse((await (await get(key)).Body?.transformToString()) ?? ''));
        return Object.fromEntries(
          Object.entries(record(ResultFiles)).map(([status, files]) => [
            status,
            (Array.isArray(files) ? files : []).map((each) => String(record(each).Key)),
          ]),
        );
      } catch (error) {
        if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
        throw error;
      }
    },
  };
}

/** One line at a time: with the inputs of batches that failed, a file may be larger than a text may be. */
async function* linesIn({ Body }: GetObjectCommandOutput): AsyncGenerator<string> {
  if (!Body || !(Symbol.asyncIterator in Body)) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of Body as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter(Boolean);
  }
  if (rest !== '') yield rest;
}
