/** Summarises an import: how many orders were started, and which lines were not, with the reasons. */
import type { BadLine, ImportSummary } from '../../contracts/types';
import { type Bucket, createBucket, createS3 } from '../shared/bucket';
import { environment, lambdaHandler } from '../shared/handler';
import { linesOf } from '../shared/lines';
import type { CheckedFile } from './check-file.lambda';
import { readResults } from './results';

const MAX_LISTED = 50;

/** Limit for the bad lines as JSON. With everything else this stays below 256 KB, SNS's and Step Functions' limit. */
const MAX_BYTES = 100_000;

interface Payload {
  file: CheckedFile;
  /** Why the Map Run failed; null when it succeeded. */
  failure: { state: string; error: string; cause: string } | null;
  execution: string;
}

/** The message to the topic. FAILED: some orders could not be started, and the import does not try again. */
type Summary = ImportSummary &
  ({ outcome: 'IMPORTED' } | { outcome: 'FAILED'; error: string; cause: string });

interface Dependencies {
  bucket: Bucket;
  bucketName: string;
}

/** @throws TemporaryFailure, RateLimited. */
export const createSummarise =
  ({ bucket, bucketName }: Dependencies) =>
  async ({ file, failure }: Payload): Promise<Summary> => {
    const { started, startedAgain, alreadyStarted, halfWayLines, failedLines } = await readResults(
      bucket,
      file.resultsPrefix,
    );
    const halfWay = halfWayLines.length;
    return {
      ...(failure
        ? { outcome: 'FAILED', error: failure.error, cause: failure.cause.slice(0, 1000) }
        : { outcome: 'IMPORTED' }),
      key: file.key,
      versionId: file.versionId,
      total: file.total,
      started,
      startedAgain,
      alreadyStarted,
      halfWay,
      invalid: file.bad,
      // Counts also orders without any result, which a Map Run that failed early leaves.
      failed: file.good - started - startedAgain - alreadyStarted - halfWay,
      badLines: file.bad > 0 ? await firstBadLines(bucket, file.badKey) : [],
      failedLines: failedLines.slice(0, MAX_LISTED),
      halfWayLines: halfWayLines.slice(0, MAX_LISTED),
      report: `s3://${bucketName}/${file.badKey}`,
    };
  };

async function firstBadLines(bucket: Bucket, key: string): Promise<BadLine[]> {
  const { chunks } = await bucket.read(key);
  const listed: BadLine[] = [];
  let bytes = 0;
  for await (const { bytes: text } of linesOf(chunks)) {
    bytes += text?.length ?? 0;
    if (listed.length === MAX_LISTED || bytes > MAX_BYTES) break;
    listed.push(JSON.parse(String(text)));
  }
  return listed;
}

export const handler = lambdaHandler(
  () => {
    const bucketName = environment('BULK_ORDERS_BUCKET');
    return createSummarise({ bucket: createBucket({ s3: createS3(), name: bucketName }), bucketName });
  },
  ({ execution }: Payload) => ({ execution }),
);
