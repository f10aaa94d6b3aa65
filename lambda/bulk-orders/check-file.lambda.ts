/**
 * Checks a file of orders line by line, before any order is started. Writes the valid lines with their numbers to the
 * file that the Distributed Map reads, and the bad lines with their problems to another.
 */
import * as z from 'zod/mini';
import type { BadLine, BulkOrdersInput, Problem } from '../../contracts/types';
import type { OrderRules } from '../order-processing/order';
import { rulesFromEnvironment } from '../order-processing/rules';
import { type Bucket, createBucket, createS3, type FileReader, type FileWriter } from '../shared/bucket';
import { ValidationError } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { linesOf } from '../shared/lines';
import { field, formatted, record, toProblems, toReport } from '../shared/problems';
import { createLineChecker, MAX_LINE_BYTES } from './check-line';

/** As many orders as an import can start within its state machine's time limit, at the slowest pace of a stage. */
export const MAX_ORDERS = 100_000;

/** MAX_ORDERS orders need less, and the function reads this much well within its timeout. */
const MAX_FILE_BYTES = 2_000_000_000;

interface Payload {
  /** The execution's input, which may be anything. */
  input: unknown;
  execution: string;
}

/** Becomes variables of the state machine. The Map reads `clean`. */
export interface CheckedFile {
  key: string;
  versionId: string;
  /** Key of JSON Lines of `{ line, orderId, order }`; `order` is the order's execution's input, as text. */
  clean: { key: string; versionId: string };
  /** Key of JSON Lines of `BadLine`. */
  badKey: string;
  /** Without a trailing slash. */
  resultsPrefix: string;
  /** Number of lines that are not blank. */
  total: number;
  good: number;
  bad: number;
}

interface Dependencies {
  bucket: Bucket;
  bucketName: string;
  rules: OrderRules;
}

/** @throws ValidationError when the file does not exist or has no lines; TemporaryFailure, RateLimited. */
export const createCheckFile =
  ({ bucket, bucketName, rules }: Dependencies) =>
  async ({ input, execution }: Payload): Promise<CheckedFile> => {
    const { key, versionId } = checkInput(input, bucketName);
    const upload = await open(bucket, key, versionId);
    const cleanKey = `checked/${execution}/clean.jsonl`;
    const badKey = `checked/${execution}/bad.jsonl`;
    const clean = bucket.write(cleanKey);
    const bad = bucket.write(badKey);
    try {
      const counts = await separate(upload, key, { clean, bad }, rules);
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
    again: z.optional(z.boolean('must be true or false')),
  }) satisfies z.ZodMiniType<BulkOrdersInput>;
  const parsed = z.safeParse(file, input);
  if (parsed.success) return parsed.data;
  const key = field(input, 'key');
  throw rejection(typeof key === 'string' ? key : null, toProblems(parsed.error));
}

/** S3's errors for the version id of another file, for that of a delete marker, and for text that is no version id. */
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

/** Writes every line to the clean or the bad file, and counts both. */
async function separate(
  upload: FileReader,
  key: string,
  to: { clean: FileWriter; bad: FileWriter },
  rules: OrderRules,
): Promise<{ total: number; good: number; bad: number }> {
  const check = createLineChecker(rules);
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

/** A problem with the file as a whole. */
const ofFile = (message: string): Problem => ({ path: 'key', message });

const rejection = (key: string | null, problems: Problem[]) =>
  new ValidationError({ key, ...toReport(problems) });

export const handler = lambdaHandler(
  () => {
    const bucketName = environment('BULK_ORDERS_BUCKET');
    const bucket = createBucket({ s3: createS3(), name: bucketName });
    return createCheckFile({ bucket, bucketName, rules: rulesFromEnvironment() });
  },
  ({ execution }: Payload) => ({ execution }),
);
