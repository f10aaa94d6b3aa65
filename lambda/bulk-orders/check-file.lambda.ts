/**
 * Checks a file of orders line by line, before any is started: writes the good ones, numbered, where the Distributed
 * Map reads them, and the bad ones with what is wrong with them.
 */
import * as z from 'zod/mini';
import type { BadLine, BulkOrdersInput, Problem } from '../../contracts/types';
import { ValidationError } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { field, formatted, record, toProblems, toReport } from '../shared/problems';
import { type Bucket, createBucket, createS3, type FileReader, type FileWriter } from './bucket';
import { createLineChecker, MAX_LINE_BYTES } from './check-line';
import { linesOf } from './lines';

/** What one import gets done in the time that its state machine has, at the slowest pace of a stage. */
export const MAX_ORDERS = 100_000;

/** More than MAX_ORDERS orders need, and read in well below the function's time. */
const MAX_FILE_BYTES = 2_000_000_000;

interface Payload {
  /** Whatever the execution was started with. */
  input: unknown;
  execution: string;
}

/** Part of the state machine's variables: `clean` is what the Map reads. */
export interface CheckedFile {
  key: string;
  versionId: string;
  /** JSON Lines of `{ line, orderId, order }`; `order` is the execution's input, as text. */
  clean: { key: string; versionId: string };
  /** Key of JSON Lines of `BadLine`. */
  badKey: string;
  /** Without a slash at its end. */
  resultsPrefix: string;
  /** Lines, without blank ones. */
  total: number;
  good: number;
  bad: number;
}

interface Dependencies {
  bucket: Bucket;
  bucketName: string;
}

/** @throws ValidationError when there is no file, or no line in it; TemporaryFailure, RateLimited. */
export const createCheckFile =
  ({ bucket, bucketName }: Dependencies) =>
  async ({ input, execution }: Payload): Promise<CheckedFile> => {
    const { key, versionId } = checkInput(input, bucketName);
    const upload = await open(bucket, key, versionId);
    const cleanKey = `checked/${execution}/clean.jsonl`;
    const badKey = `checked/${execution}/bad.jsonl`;
    const clean = bucket.write(cleanKey);
    const bad = bucket.write(badKey);
    try {
      const counts = await separate(upload, key, { clean, bad });
      await bad.close();
      return {
        key,
        versionId: upload.versionId,
        clean: { key: cleanKey, versionId: await clean.close() },
        badKey,
        resultsPrefix: `results/${execution}`,
        ...counts,
      };
    } catch (error) {
      await Promise.all([clean.discard(), bad.discard()]);
      throw error;
    }
  };

function checkInput(input: unknown, bucketName: string): BulkOrdersInput {
  const file = record({
    bucket: formatted(/./, bucketName).check(
      z.refine((name) => name === bucketName, `must be ${bucketName}`),
    ),
    key: formatted(/^uploads\/.{1,1000}$/, 'the key of a file below uploads/'),
    versionId: z.optional(formatted(/./, 'the id of a version')),
  }) satisfies z.ZodMiniType<BulkOrdersInput>;
  const parsed = z.safeParse(file, input);
  if (parsed.success) return parsed.data;
  const key = field(input, 'key');
  throw rejection(typeof key === 'string' ? key : null, toProblems(parsed.error));
}

/** S3's answers to the id of another file's version, of a deletion, and to what is no id at all. */
const NO_VERSION = new Set(['NoSuchVersion', 'MethodNotAllowed', 'InvalidArgument']);

async function open(bucket: Bucket, key: string, versionId: string | undefined): Promise<FileReader> {
  try {
    const file = await bucket.read(key, versionId);
    if (file.size > MAX_FILE_BYTES) {
      throw rejection(key, [ofFile(`has ${file.size} bytes; at most ${MAX_FILE_BYTES} can be imported`)]);
    }
    return file;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'NoSuchKey') throw rejection(key, [ofFile('is not there')]);
    if (NO_VERSION.has(error.name)) {
      throw rejection(key, [{ path: 'versionId', message: 'is no version of this file' }]);
    }
    throw error;
  }
}

/** Puts every line where it belongs, and counts. */
async function separate(
  upload: FileReader,
  key: string,
  to: { clean: FileWriter; bad: FileWriter },
): Promise<{ total: number; good: number; bad: number }> {
  const check = createLineChecker();
  const counts = { total: 0, good: 0, bad: 0 };
  for await (const { number: line, bytes } of linesOf(upload.chunks, MAX_LINE_BYTES)) {
    if (line === 1 && bytes?.includes(0)) throw rejection(key, [ofFile('is not UTF-8 text')]);
    const checked = check(line, bytes);
    if (!checked) continue;
    counts.total++;
    if ('problems' in checked) {
      counts.bad++;
      await to.bad.write(json({ line, ...toReport(checked.problems) } satisfies BadLine));
    } else {
      counts.good++;
      await to.clean.write(json({ line, ...checked }));
    }
    if (counts.total > MAX_ORDERS) {
      throw rejection(key, [ofFile(`has more than ${MAX_ORDERS} lines; split it`)]);
    }
  }
  if (counts.total === 0) throw rejection(key, [ofFile('is empty')]);
  return counts;
}

const json = (value: object) => `${JSON.stringify(value)}\n`;

/** A problem of the file as a whole. */
const ofFile = (message: string): Problem => ({ path: 'key', message });

const rejection = (key: string | null, problems: Problem[]) =>
  new ValidationError({ key, ...toReport(problems) });

export const handler = lambdaHandler(
  () => {
    const bucketName = environment('BULK_ORDERS_BUCKET');
    return createCheckFile({ bucket: createBucket({ s3: createS3(), name: bucketName }), bucketName });
  },
  ({ execution }: Payload) => ({ execution }),
);
