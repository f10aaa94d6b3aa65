/** Writes what a reconciliation has found: the differences, one a line, and beside them the summary. */
import type { DifferenceKind } from '../../contracts/differences';
import { startOfIdentity } from '../../contracts/identity';
import type { ReconciliationOutcome } from '../../contracts/types';
import { type Bucket, createBucket, createS3 } from '../shared/bucket';
import { environment, lambdaHandler } from '../shared/handler';
import type { Progress } from './compare.lambda';
import { readFindings, writeLines } from './findings';
import { checkPeriod } from './period';

interface Payload {
  input: unknown;
  /** The execution's identity. */
  execution: string;
  progress: Progress;
}

interface Dependencies {
  bucket: Bucket;
  bucketName: string;
}

/** @throws TemporaryFailure, RateLimited. */
export const createWriteReport =
  ({ bucket, bucketName }: Dependencies) =>
  async ({ input, execution, progress }: Payload): Promise<ReconciliationOutcome> => {
    const { differences, compared, open } = await readFindings(bucket, execution, progress.round);
    const { from, until } = checkPeriod(input, startOfIdentity(execution));
    const complete = progress.step === 'done';
    const counts = { ...none };
    for (const { kind } of differences) counts[kind]++;
    const report = `reports/${execution}/differences.jsonl`;
    const summary: ReconciliationOutcome = {
      outcome: complete && differences.length === 0 ? 'MATCHED' : 'DIFFERENCES',
      from: from.toISOString(),
      until: until.toISOString(),
      complete,
      compared,
      open,
      differences: counts,
      report: `s3://${bucketName}/${report}`,
    };
    await writeLines(bucket, report, differences);
    await writeLines(bucket, `reports/${execution}/summary.json`, [summary]);
    return summary;
  };

const none: Record<DifferenceKind, number> = {
  MONEY_WITHOUT_SHIPMENT: 0,
  SHIPMENT_WITHOUT_MONEY: 0,
  HOLD_WITHOUT_ORDER: 0,
  REFUND_FAILED: 0,
  STRIPE_CUSTOMER_WITHOUT_CUSTOMER: 0,
};

export const handler = lambdaHandler(
  () => {
    const bucketName = environment('RECONCILIATION_BUCKET');
    return createWriteReport({ bucket: createBucket({ s3: createS3(), name: bucketName }), bucketName });
  },
  ({ execution }: Payload) => ({ execution }),
);
