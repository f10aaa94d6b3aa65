/** The transitions of a machine as a graph, whose loops count their rounds. */
import { type JsonObject, objectsIn } from '../../lib/workflow/json';

interface Edge {
  to: string;
  /** The edge is taken only in rounds before this one. */
  before?: number;
}

/** A Choice bounds a loop by a literal: `$states.input.round < 8`. */
const boundOf = ({ Condition }: JsonObject): Pick<Edge, 'before'> => {
  const [, literal] = /<\s*(\d+)\b/.exec(String(Condition)) ?? [];
  return literal === undefined ? {} : { before: Number(literal) };
};

export const edgesOf = ({ Next, Default, Choices, Catch }: JsonObject): Edge[] => [
  ...[Next, Default].flatMap((to) => (typeof to === 'string' ? [{ to }] : [])),
  ...objectsIn(Choices).map((rule) => ({ to: String(rule.Next), ...boundOf(rule) })),
  ...objectsIn(Catch).map((catcher) => ({ to: String(catcher.Next) })),
];

export class Graph {
  private readonly reachable = new Map<string, ReadonlySet<string>>();

  constructor(private readonly edges: ReadonlyMap<string, readonly Edge[]>) {
    for (const name of edges.keys()) this.reachable.set(name, this.reach(name));
  }

  from(name: string): readonly Edge[] {
    return this.edges.get(name) ?? [];
  }

  /** Where an edge leads in this round of the loop that `name` is in; nowhere once the rounds are used up. */
  follow(name: string, { to, before }: Edge, round: number): { name: string; round: number }[] {
    const goesOn = to === name || this.reachable.get(to)?.has(name);
    if (!goesOn) return [{ name: to, round: 1 }];
    if (before === undefined) return [{ name: to, round }];
    return round < before ? [{ name: to, round: round + 1 }] : [];
  }

  private reach(start: string): Set<string> {
    const seen = new Set<string>();
    const open = [start];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      for (const { to } of this.from(name)) {
        if (!seen.has(to)) open.push(to);
        seen.add(to);
      }
    }
    return seen;
  }
}
