/** Runs every mix of two revisions through the tests of workflows and the fault matrix. */
import type { Progress } from '../../bin/terminal/progress';
import { clip, plain } from '../../bin/terminal/text';
import {
  type Changes,
  changesOf,
  type Direction,
  definitionsFor,
  type Mixed,
  mixesOf,
  titleOf,
} from './mixes';
import { runStrikes, type Strikes } from './strikes';
import { type Judgement, Tests } from './tests';
import type { Contents, Workshop } from './workshop';

export interface Failure {
  direction: Direction;
  /** `gone`: a name that the old definitions use, and today has no more. */
  kind: 'test' | 'fault matrix' | 'gone';
  /** The same in every run. */
  name: string;
  /** In a line. */
  reason: string;
  /** Whether executions can meet it; otherwise the versions of functions keep it from them. */
  isMet: boolean;
  /** The test's line, or the plan of the matrix. */
  place?: string | undefined;
}

export interface MixReport extends Mixed {
  tests: Omit<Judgement, 'failed'> & { failed: number };
  matrix: Pick<Strikes, 'runs' | 'known'> | undefined;
}

export interface Comparison {
  changes: Changes;
  mixes: readonly MixReport[];
  failures: readonly Failure[];
}

export interface Options {
  /** For how long the fault matrix runs in each mix; 0: not at all. */
  minutes: number;
  /** Whether to leave out the mixes that the versions of functions keep from executions. */
  metOnly: boolean;
}

export async function compare(
  workshop: Workshop,
  { minutes, metOnly }: Options,
  progress: Progress,
): Promise<Comparison> {
  const { base, today } = workshop;
  const changes = changesOf(base, today);
  const mixes = mixesOf(base, today, changes).filter(({ isMet }) => isMet || !metOnly);
  const contentsOf = ({ direction, fromBase }: Pick<Mixed, 'direction' | 'fromBase'>): Contents => ({
    definitions: definitionsFor(direction, base, today),
    fromBase,
  });
  const todayAlone = contentsOf({ direction: 'new definitions', fromBase: [] });
  const baseAlone = base.problem
    ? todayAlone
    : contentsOf({ direction: 'old definitions', fromBase: Object.keys(base.functions) });

  const tests = new Tests(
    workshop,
    { 'old definitions': baseAlone, 'new definitions': todayAlone },
    progress,
  );
  const judgements: Judgement[] = [];
  // One after the other: jest takes all cores.
  for (const mix of mixes) judgements.push(await tests.in(mix, contentsOf(mix)));

  const strikes = new Map<Mixed, Strikes>();
  // A run of the fault matrix takes one core: those of both directions run at once.
  for (const isMet of minutes > 0 ? [true, false] : []) {
    const now = mixes.filter((mix) => mix.isMet === isMet);
    const strike = async (mix: Mixed) =>
      strikes.set(
        mix,
        await progress.step(`Fault matrix: ${titleOf(mix)}`, () =>
          runStrikes(workshop, contentsOf(mix), baseAlone, minutes),
        ),
      );
    await Promise.all(now.map(strike));
  }

  return {
    changes,
    mixes: mixes.map((mix, index) => reportOf(mix, judgements[index], strikes.get(mix))),
    failures: once([
      ...changes.gone.map(({ name, reason }): Failure => {
        return { direction: 'old definitions', kind: 'gone', name, reason, isMet: true };
      }),
      ...mixes.flatMap((mix, index) => failuresOf(mix, judgements[index], strikes.get(mix))),
    ]),
  };
}

function reportOf(mix: Mixed, judgement: Judgement | undefined, strikes: Strikes | undefined): MixReport {
  const { passed = 0, failed = [], isNew = 0, unjudged = [] } = judgement ?? {};
  return {
    ...mix,
    tests: { passed, failed: failed.length, isNew, unjudged },
    matrix: strikes && { runs: strikes.runs, known: strikes.known },
  };
}

function failuresOf(
  { direction, isMet }: Mixed,
  judgement: Judgement | undefined,
  strikes: Strikes | undefined,
): Failure[] {
  const tests = (judgement?.failed ?? []).map(({ name, reason, place }): Failure => {
    return { direction, kind: 'test', name, reason, isMet, place };
  });
  const broken = (strikes?.kinds ?? []).map(({ name, detail, plans, count }): Failure => {
    const reason = `${clip(plain(detail), 240)}${count > 1 ? ` (${count} runs)` : ''}`;
    return { direction, kind: 'fault matrix', name, reason, isMet, place: plans[0] };
  });
  return [...tests, ...broken];
}

/** Of the same name the first: mixes that executions meet come first. */
const once = (failures: readonly Failure[]): Failure[] => {
  const byName = new Map<string, Failure>();
  for (const failure of failures) {
    const key = `${failure.direction} ${failure.name}`;
    if (!byName.has(key)) byName.set(key, failure);
  }
  return [...byName.values()];
};
