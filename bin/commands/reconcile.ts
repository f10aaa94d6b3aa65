import type { Command } from 'commander';
import { startOnce } from '../../client/start';
import { describeExecution } from '../../client/status';
import { type Difference, type DifferenceKind, differenceKinds } from '../../contracts/differences';
import type { ReconciliationOutcome } from '../../contracts/types';
import type { Cloud } from '../cli/cloud';
import type { Context } from '../cli/context';
import { CliError } from '../cli/errors';
import { type ExecutionId, resolveExecution, stateMachineArn } from '../cli/executions';
import { showStatus, untilEnded } from '../cli/follow';
import { wholeNumber } from '../cli/options';
import { table } from '../terminal/table';
import { duration, moment, money, plain } from '../terminal/text';

interface Options {
  days: number;
  report?: string;
  json?: true;
}

type Report = Exclude<ReconciliationOutcome, { outcome: 'REJECTED' }>;

/** The report has all of them. */
const MAX_ROWS = 100;

export function addReconcile(program: Command, context: Context): void {
  program
    .command('reconcile')
    .description(
      'compare Stripe with orders, shipments and customers. Changes nothing. Exits with 1 when something does not match',
    )
    .option('--days <n>', 'of the last so many days', wholeNumber(1, 31), 7)
    .option('--report <execution>', 'show what an earlier one found')
    .option('--json', 'for machines')
    .action(async ({ days, report: earlier, json }: Options) => {
      const cloud = await context.cloud();
      const id = earlier ? await resolveExecution(cloud, earlier) : await start(cloud, days);
      context.io.err(`${id.name}  ${moment(new Date())}`);
      const timeline = await untilEnded(context, id, progressOf(context));
      const execution = await describeExecution<ReconciliationOutcome>(cloud.sfn, id.arn);
      if (execution.status !== 'SUCCEEDED' || execution.output.outcome === 'REJECTED') {
        await showStatus(context, id, timeline);
        context.exitCode = 1;
        return;
      }
      const report = execution.output;
      const differences = await readDifferences(cloud, report.report);
      if (json) context.io.out(JSON.stringify({ ...report, found: differences }, null, 2));
      else show(context, report, differences);
      if (report.outcome !== 'MATCHED') context.exitCode = 1;
    });
}

async function start(cloud: Cloud, days: number): Promise<ExecutionId> {
  const now = new Date();
  const { name, executionArn } = await startOnce(cloud.sfn, {
    stateMachineArn: await stateMachineArn(cloud, 'reconcile'),
    name: `reconcile-${now.toISOString().replace(/[-:.]/g, '')}`,
    input: { from: new Date(now.getTime() - days * 86_400_000).toISOString() },
  });
  return { name, arn: executionArn };
}

/** A line for each round. */
function progressOf({ io }: Context) {
  let rounds = 0;
  return ({ visits }: { visits: readonly { state: string }[] }) => {
    const now = visits.filter(({ state }) => state === 'Compare').length;
    if (now > rounds) io.err(io.colours.dim(`comparing, round ${now} …`));
    rounds = Math.max(rounds, now);
  };
}

/** The oldest first. */
async function readDifferences(cloud: Cloud, uri: string): Promise<Difference[]> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (!Bucket || !Key) throw new CliError(`"${plain(uri)}" is no place of a report.`);
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  const { Body } = await (await cloud.clients.s3()).send(new GetObjectCommand({ Bucket, Key }));
  const text = (await Body?.transformToString()) ?? '';
  const found: Difference[] = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return found.sort((a, b) => a.since.localeCompare(b.since));
}

function show({ io }: Context, report: Report, differences: readonly Difference[]): void {
  const { from, until, complete, open, compared } = report;
  if (differences.length > 0) {
    const head = ['Difference', 'Order or user', 'Amount', 'Age', 'Execution', 'At Stripe'].map(
      io.colours.bold,
    );
    io.out(table([head, ...differences.slice(0, MAX_ROWS).map(rowOf)]));
    if (differences.length > MAX_ROWS) io.out(`… and ${differences.length - MAX_ROWS} more, in the report`);
    io.out('');
    for (const kind of new Set(differences.map(({ kind }) => kind))) {
      io.out(`${io.colours.bold(plain(kind))}: ${todoOf(kind)}`);
    }
  } else if (complete) io.out(io.colours.green('Everything matches.'));
  const { payments, orders, customers } = compared;
  io.out(
    `Compared ${payments} payments, ${orders} orders and ${customers} customers from ${moment(new Date(from))} to ` +
      `${moment(new Date(until))}; ${open} under way or stopped half-way. Report: ${plain(report.report)}`,
  );
  if (!complete) io.err('There was too much to compare at once: compare fewer --days.');
}

/** A newer deployment may report what this command line does not know yet. */
const todoOf = (kind: DifferenceKind): string => differenceKinds[kind] ?? 'see the runbook.';

const rowOf = (difference: Difference): string[] => {
  const { kind, held, orderId, userId, amount, currency, since, execution } = difference;
  return [
    plain(held ? `${kind} (${held.toLowerCase()})` : kind),
    plain(orderId ?? userId ?? '–'),
    amount !== undefined && currency ? money(amount, currency) : '–',
    duration(Date.now() - Date.parse(since)),
    plain(execution ?? '–'),
    plain(difference.refundId ?? difference.paymentIntentId ?? difference.stripeCustomerId ?? '–'),
  ];
};
