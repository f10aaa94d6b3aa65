// Answers what the page asks of a Map Run: one page of its orders or batches, after a search.

import { ExecutionDoesNotExist } from '@aws-sdk/client-sfn';
import { inBatches } from '../bin/cli/batches';
import type { Cloud } from '../bin/cli/cloud';
import { explain } from '../bin/cli/errors';
import { stateMachineArn } from '../bin/cli/executions';
import { describeExecution } from '../client/status';
import { executionArn } from '../contracts/names';
import { type ImportResults, readImport } from './import-results';
import { keeping } from './keeping';
import { readBatch, readBatches, readMapRun } from './map-run';
import type { BatchRow, OrderRow, Outcome, RunPage, ShownBatch } from './model';
import { outcomeOf } from './outcomes';
import type { Searches } from './searches';

const PER_PAGE = 50;
/** Concurrent calls of DescribeExecution. */
const AT_ONCE = 20;
const FOREVER = Number.POSITIVE_INFINITY;

type Run = Awaited<ReturnType<typeof readMapRun>>;

export interface MapRunAnswers {
  /** See `RunQuery`. What has ended is read once. */
  run(query: URLSearchParams): Promise<RunPage>;
  /** `id`: the ARN of a batch. */
  batch(query: URLSearchParams): Promise<ShownBatch>;
}

/**
 * @param poll milliseconds for which counts are used again: a search asks with every letter
 * @param kept the same for lists while the run goes on, and for how orders stand that have not succeeded
 */
export function mapRunAnswers(
  cloud: Cloud,
  { failed }: Pick<Searches, 'failed'>,
  { poll, kept }: { poll: number; kept: number },
): MapRunAnswers {
  const runs = keeping<Run>(poll, 10);
  const results = keeping<ImportResults>(FOREVER, 3);
  const endedBatches = keeping<BatchRow[]>(FOREVER, 3);
  const runningBatches = keeping<BatchRow[]>(kept, 3);
  const failures = keeping<ReadonlySet<string>>(kept, 1);
  const standings = keeping<Outcome | undefined>(kept, 1_000);
  const succeeded = new Map<string, Outcome>();

  /** A redrive goes on with a run that has ended: it ends anew. */
  const keyOf = ({ arn, endedAt }: Run) => `${arn} ${endedAt}`;
  const resultsOf = (run: Run) => results(keyOf(run), () => readImport(cloud, run));
  const batchesOf = (run: Run) =>
    (run.endedAt === undefined ? runningBatches : endedBatches)(keyOf(run), () =>
      readBatches(cloud, run.arn),
    );

  const standingOf = async (arn: string): Promise<Outcome | undefined> =>
    succeeded.get(arn) ??
    standings(arn, async () => {
      try {
        const state = await describeExecution<unknown>(cloud.sfn, arn);
        const outcome = outcomeOf(state);
        if (state.status === 'SUCCEEDED') succeeded.set(arn, outcome);
        return outcome;
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return undefined;
        throw error;
      }
    });

  async function withStandings(rows: readonly OrderRow[]): Promise<OrderRow[]> {
    const machine = await stateMachineArn(cloud, 'order');
    return inBatches(rows, AT_ONCE, async (row) => {
      const stands = row.execution && (await standingOf(executionArn(machine, row.execution)));
      return stands ? { ...row, stands } : row;
    });
  }

  async function ordersOf(run: Run, query: URLSearchParams) {
    if (run.endedAt === undefined)
      return {
        problem: 'Orders are listed once the run has ended. Until then, open a batch to see its orders.',
      };
    const [{ orders, problem }, since] = await Promise.all([
      resultsOf(run),
      failures('', () => failed('order')),
    ]);
    const isFailed = ({ execution = '' }: OrderRow) => since.has(execution);
    const { rows, ...rest } = found(
      orders.map((row) => ({ ...row, kind: isFailed(row) ? 'FAILED' : row.kind })),
      query,
      orderWords,
    );
    return { ...rest, orders: await withStandings(rows), ...(problem !== undefined && { problem }) };
  }

  async function batchRowsOf(run: Run, query: URLSearchParams) {
    const batches = await batchesOf(run);
    // Also when the results cannot be read, the batches can.
    const whys = run.endedAt === undefined ? undefined : await resultsOf(run).catch(() => undefined);
    const { rows, ...rest } = found(
      batches.map((batch) => ({ ...batch, why: whys?.whys.get(batch.name) ?? '' })),
      query,
      ({ name, why }) => `${name} ${why}`,
    );
    return { ...rest, batches: rows };
  }

  return {
    async run(query) {
      const id = query.get('id') ?? '';
      const run = await runs(id, () => readMapRun(cloud, id));
      const of = ofIn(query) ?? (run.endedAt === undefined ? 'batches' : 'orders');
      const nothing = { orders: [], batches: [], kinds: {}, found: 0, page: 0, pages: 1 };
      const shown = await (of === 'orders' ? ordersOf : batchRowsOf)(run, query).catch((error: unknown) => ({
        problem: explain(error).message,
      }));
      return { run, of, ...nothing, ...shown };
    },
    async batch(query) {
      const { why, orders } = await readBatch(cloud, query.get('id') ?? '');
      return { why, orders: await withStandings(orders) };
    },
  };
}

function ofIn(query: URLSearchParams): RunPage['of'] | undefined {
  const of = query.get('of');
  return of === 'orders' || of === 'batches' ? of : undefined;
}

const orderWords = ({ line, orderId = '', execution = '', why }: OrderRow) =>
  `line ${line} ${orderId} ${execution} ${why}`;

/** The rows of one kind that have all words of the search: those that a person must look at first, and one page. */
function found<T extends { kind: string }>(
  all: readonly T[],
  query: URLSearchParams,
  wordsOf: (row: T) => string,
) {
  const kinds: Record<string, number> = {};
  for (const { kind } of all) kinds[kind] = (kinds[kind] ?? 0) + 1;
  const wanted = query.get('kind') ?? '';
  const words = (query.get('text') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const rows = all
    .filter((row) => wanted === '' || row.kind === wanted)
    .filter((row) => words.length === 0 || hasAll(wordsOf(row).toLowerCase(), words))
    .sort((a, b) => urgency(a) - urgency(b));
  const pages = Math.max(1, Math.ceil(rows.length / PER_PAGE));
  const page = Math.min(Math.max(Number(query.get('page')) || 0, 0), pages - 1);
  return {
    kinds,
    found: rows.length,
    page,
    pages,
    rows: rows.slice(page * PER_PAGE, (page + 1) * PER_PAGE),
  };
}

const hasAll = (text: string, words: readonly string[]) => words.every((word) => text.includes(word));

/** What nobody finished, what runs, what is well. */
const urgencies = [
  ...['BATCH_FAILED', 'BATCH_PENDING', 'FAILED', 'TIMED_OUT', 'ABORTED', 'HALF_WAY', 'INVALID'],
  ...['RUNNING', 'PENDING_REDRIVE'],
];
const urgency = ({ kind }: { kind: string }) => {
  const index = urgencies.indexOf(kind);
  return index === -1 ? urgencies.length : index;
};
