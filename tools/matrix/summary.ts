/** What runs came to: counts, and the violations by kind with the commands that repeat them. */
import { table } from '../../bin/terminal/table';
import { type Dealt, LAYERS, type Layer } from './deck';
import { planText } from './plan';
import type { Report } from './run';

/** Plans shown of each kind of violation. */
const SHOWN = 3;

interface Count {
  runs: number;
  /** Runs in which each strike of the plan struck. */
  struck: number;
  violating: number;
}

interface Kind {
  statement: string;
  count: number;
  examples: { plan: string; detail: string }[];
}

export class Summary {
  readonly counts = new Map<Layer, Count>();
  private readonly kinds = new Map<string, Kind>();

  add({ layer, report }: Dealt): void {
    const count = this.counts.get(layer) ?? { runs: 0, struck: 0, violating: 0 };
    this.counts.set(layer, count);
    count.runs++;
    if (report.missed.length === 0) count.struck++;
    if (report.violations.length > 0) count.violating++;
    for (const { statement, detail } of report.violations) this.addViolation(report, statement, detail);
  }

  get runs(): number {
    return this.sum('runs');
  }

  get violations(): number {
    return this.sum('violating');
  }

  /** @param sizes how many plans there are of each layer, where there is an end */
  text(sizes: ReadonlyMap<Layer, number>): string {
    const number = (count: number) => count.toLocaleString('en');
    const rows = LAYERS.flatMap((layer) => {
      const count = this.counts.get(layer);
      if (!count) return [];
      const { runs, struck, violating } = count;
      const size = sizes.get(layer);
      return [
        [layer, number(runs), size === undefined ? '' : number(size), number(struck), number(violating)],
      ];
    });
    const kinds = [...this.kinds.values()].sort((a, b) => b.count - a.count);
    return [
      table([['', 'runs', 'of', 'all struck', 'violating'], ...rows]),
      ...kinds.map(({ statement, count, examples }) =>
        [
          `Broken in ${number(count)}: ${statement}`,
          ...examples.flatMap(({ plan, detail }) => [
            `  ${detail}`,
            `    npm run matrix -- --plan '${plan}'`,
          ]),
        ].join('\n'),
      ),
    ].join('\n\n');
  }

  private addViolation({ plan }: Report, statement: string, detail: string): void {
    const kind = this.kinds.get(statement) ?? { statement, count: 0, examples: [] };
    this.kinds.set(statement, kind);
    kind.count++;
    if (kind.examples.length < SHOWN) kind.examples.push({ plan: planText(plan), detail });
  }

  private sum(field: keyof Count): number {
    return [...this.counts.values()].reduce((total, count) => total + count[field], 0);
  }
}
