/**
 * Runs the fault matrix in a mix, in a process of its own, because a process has one mix. Its arguments: the job, and the
 * file for what came of it.
 */
import { writeFileSync } from 'node:fs';
import { Deck } from '../../matrix/deck';
import { parsePlan, planText } from '../../matrix/plan';
import type { Report } from '../../matrix/run';
import { scenarios } from '../../matrix/scenarios';

/** Some plans, or as many as can be dealt in a time. */
export type Job = { plans: readonly string[] } | { minutes: number; seed: number };

export interface Broken {
  plan: string;
  scenario: string;
  statement: string;
  detail: string;
}

export interface Outcome {
  runs: number;
  broken: readonly Broken[];
}

async function* reportsOf(job: Job): AsyncGenerator<Report> {
  const deck = new Deck(scenarios(), 'seed' in job ? job.seed : 1);
  if ('plans' in job) {
    for (const plan of job.plans) yield await deck.run(parsePlan(plan));
    return;
  }
  const until = performance.now() + job.minutes * 60_000;
  for await (const { report } of deck.deal()) {
    yield report;
    if (performance.now() > until) return;
  }
}

async function run(job: Job): Promise<Outcome> {
  // Nobody looks at the traces of planned faults, and making them takes a tenth of the time.
  Error.stackTraceLimit = 0;
  let runs = 0;
  const broken: Broken[] = [];
  for await (const { plan, violations } of reportsOf(job)) {
    runs++;
    for (const violation of violations)
      broken.push({ plan: planText(plan), scenario: plan.scenario, ...violation });
  }
  return { runs, broken };
}

const [job = '', output = ''] = process.argv.slice(2);
run(JSON.parse(job)).then(
  (outcome) => writeFileSync(output, JSON.stringify(outcome)),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
  },
);
