/** What a reconciliation has found so far. Each round of it saves its lines to a file, which later rounds read. */
import type { Difference } from '../../contracts/differences';
import type { Bucket } from '../shared/bucket';
import { linesOf } from '../shared/lines';

/** What looked different at first. `execution` is an identity. */
export type Candidate =
  | { of: 'payment'; paymentIntentId: string; execution?: string | undefined }
  | { of: 'refund'; refundId: string; paymentIntentId: string }
  | { of: 'order'; orderId: string; execution: string }
  | { of: 'customer'; stripeCustomerId: string; userId: string; execution: string };

/** A line of a round's file. */
export interface Finding {
  /** Ids of payments of our own whose money was taken. */
  paid?: string[];
  candidate?: Candidate;
  difference?: Difference;
  /** How many candidates turned out to be under way. */
  open?: number;
  compared?: Partial<Compared>;
}

interface Compared {
  payments: number;
  orders: number;
  customers: number;
}

export class Findings {
  readonly paid = new Set<string>();
  readonly candidates: Candidate[] = [];
  readonly differences: Difference[] = [];
  readonly compared: Compared = { payments: 0, orders: 0, customers: 0 };
  open = 0;

  add({ paid = [], candidate, difference, open = 0, compared = {} }: Finding): void {
    for (const id of paid) this.paid.add(id);
    if (candidate) this.candidates.push(candidate);
    if (difference) this.differences.push(difference);
    this.open += open;
    this.compared.payments += compared.payments ?? 0;
    this.compared.orders += compared.orders ?? 0;
    this.compared.customers += compared.customers ?? 0;
  }
}

const fileOf = (execution: string, round: number) => `work/${execution}/${round}.jsonl`;

/** Reads what the first rounds of an execution have found. */
export async function readFindings(bucket: Bucket, execution: string, rounds: number): Promise<Findings> {
  const findings = new Findings();
  for (let round = 0; round < rounds; round++) {
    const { chunks } = await bucket.read(fileOf(execution, round));
    for await (const { bytes } of linesOf(chunks)) findings.add(JSON.parse(String(bytes)));
  }
  return findings;
}

/** Replaces what an earlier try of the round may have written. */
export const saveFindings = (bucket: Bucket, execution: string, round: number, found: readonly Finding[]) =>
  writeLines(bucket, fileOf(execution, round), found);

export async function writeLines(bucket: Bucket, key: string, lines: readonly object[]): Promise<void> {
  const file = bucket.write(key);
  for (const line of lines) await file.write(`${JSON.stringify(line)}\n`);
  await file.close();
}
