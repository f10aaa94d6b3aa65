/** Runs the fault matrix in a mix, and compares what it breaks with what the base alone breaks. */
import type { Broken, Job, Outcome } from './inside/matrix';
import type { Contents, Workshop } from './workshop';

/** Plans of each kind that are tried in the base alone. */
const EXAMPLES = 3;

/** A statement that a scenario's runs break. */
interface Kind {
  /** `plain: Every parcel is paid`. */
  name: string;
  /** The first of them. */
  detail: string;
  plans: readonly string[];
  /** How many runs there were. */
  count: number;
}

export interface Strikes {
  runs: number;
  /** Broken in the mix alone. */
  kinds: readonly Kind[];
  /** How many kinds the base breaks alone, too. */
  known: number;
}

export async function runStrikes(
  workshop: Workshop,
  contents: Contents,
  baseAlone: Contents,
  minutes: number,
): Promise<Strikes> {
  const strike = async (contents: Contents, job: Job): Promise<Outcome> =>
    JSON.parse(
      await workshop.run(contents, (output) => [
        ...['--import', 'tsx', 'tools/compat/inside/matrix.ts'],
        ...[JSON.stringify(job), output],
      ]),
    );
  const { runs, broken } = await strike(contents, { minutes, seed: 1 });
  const kinds = kindsOf(broken);
  if (kinds.length === 0) return { runs, kinds, known: 0 };
  const plans = [...new Set(kinds.flatMap((kind) => kind.plans))];
  const alone = new Set(kindsOf((await strike(baseAlone, { plans })).broken).map(({ name }) => name));
  const own = kinds.filter(({ name }) => !alone.has(name));
  return { runs, kinds: own, known: kinds.length - own.length };
}

/** The most frequent first. */
function kindsOf(broken: readonly Broken[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const { scenario, statement, detail, plan } of broken) {
    const name = `${scenario}: ${statement}`;
    const { plans, count, detail: first } = kinds.get(name) ?? { plans: [], count: 0, detail };
    kinds.set(name, { name, detail: first, plans: [...plans, plan].slice(0, EXAMPLES), count: count + 1 });
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count);
}
