/** `npm run matrix` runs the fault matrix. See --help. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { coloursFor } from '../../bin/terminal/progress';
import { table } from '../../bin/terminal/table';
import { Deck } from './deck';
import { EDGES, parsePlan, REDRIVES } from './plan';
import { renderReport } from './render';
import { scenarios } from './scenarios';
import { Summary } from './summary';

interface Options {
  minutes: number;
  seed: number;
  only?: string[];
  plan?: string;
}

const positive = (text: string): number => {
  const number = Number(text);
  if (number > 0) return number;
  throw new InvalidArgumentError('A number above 0.');
};

const names = scenarios().map(({ name }) => name);

const program = new Command('npm run matrix --')
  .description(
    'Runs orders, signups, imports and reconciliations under every fault that a call can meet: alone, at the edges ' +
      '(a second attempt, a name that comes again, a late redrive, two deployments) and in pairs. After each run it ' +
      'checks that no money, stock, parcel or customer went astray, and ends with 1 when something did.',
  )
  .option('--minutes <n>', 'how long, at most', positive, 1)
  .option('--seed <n>', 'which order the plans are dealt in, and which pairs', positive, 1)
  .addOption(new Option('--only <scenario...>', 'these scenarios alone').choices(names))
  .option('--plan <text>', 'one run alone, as a violation was printed: shows its histories')
  .addHelpText(
    'after',
    `
A plan: plain | ChargeCard #1 replyLost | dynamodb:updateItem payments #2-4 fails:throttled | redrive 25h | again
  a scenario, then strikes (a state or a service's call, which of its calls, the fault: tools/matrix/striker.ts), then
  how long after its end a stuck execution is redriven (${Object.keys(REDRIVES).join(', ')} or seconds), and what else happens:
${table(Object.entries(EDGES).map(([edge, meaning]) => [`  ${edge}`, meaning]))}`,
  );

async function main(): Promise<number> {
  const { minutes, seed, only, plan } = program.parse().opts<Options>();
  const chosen = scenarios().filter(({ name }) => only?.includes(name) ?? true);
  const deck = new Deck(chosen, seed);
  // Nobody looks at the traces of planned faults, and making them takes a tenth of the time.
  Error.stackTraceLimit = 0;
  if (plan !== undefined) {
    const report = await deck.run(parsePlan(plan));
    process.stdout.write(`${renderReport(report, coloursFor(process.stdout))}\n`);
    return report.violations.length > 0 ? 1 : 0;
  }
  const summary = await runFor(minutes * 60, deck);
  return summary.violations > 0 ? 1 : 0;
}

async function runFor(seconds: number, deck: Deck): Promise<Summary> {
  const summary = new Summary();
  const { isTTY } = process.stdout;
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  let isStopped = false;
  process.once('SIGINT', () => {
    isStopped = true;
  });
  let drawn = 0;
  for await (const dealt of deck.deal()) {
    summary.add(dealt);
    if (isTTY && performance.now() - drawn > 200) {
      drawn = performance.now();
      const { runs, violations } = summary;
      const rate = Math.round(runs / elapsed());
      process.stdout.write(
        `\r\u001b[K${dealt.layer}: ${runs} runs, ${rate} a second, ${violations} violating`,
      );
    }
    if (isStopped || elapsed() > seconds) break;
  }
  const { user, system } = process.cpuUsage();
  const perSecond = Math.round(summary.runs / ((user + system) / 1e6));
  process.stdout.write(
    `${isTTY ? '\r\u001b[K' : ''}${summary.text(deck.sizes)}\n\n${perSecond} runs per second of CPU time\n`,
  );
  return summary;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(2);
  },
);
