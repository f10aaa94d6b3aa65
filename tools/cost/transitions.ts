/**
 * The billed transitions on the ways to each end of a definition: one for the start, one for each state entered, one
 * for each retry. As the graph allows: what conditions exclude together is not known here.
 */
import { type Json, type JsonObject, objectsIn } from '../../lib/workflow/json';
import { isDistributed, machinesIn, statesOf } from '../../lib/workflow/language/machines';
import { placeholderOf } from '../world/deployment';
import { edgesOf, Graph } from './graph';

export interface EndCost {
  /** The state at which the execution ends. */
  end: string;
  /** `fails there`: a Task, Map or Parallel whose error nothing catches. */
  how: 'succeeds' | 'fails' | 'fails there';
  /** The shortest way. */
  least: number;
  /** The longest way without a retry: each loop goes on until its bound, and a Map has one item. */
  most: number;
  /** The longest way on which every retrier of every state is used up too. */
  bound: number;
}

/** Definitions of nested executions, by their placeholder: `PaymentReviewArn`. */
export type Definitions = ReadonlyMap<string, string>;

/** By the placeholders of their ARNs. @param definitions texts by name */
export const nestedDefinitions = (definitions: Iterable<readonly [string, string]>): Definitions =>
  new Map(Array.from(definitions, ([name, text]) => [placeholderOf(name), text]));

/**
 * @param definition in ASL, which may contain placeholders
 * @param nested those that it may start and wait for: their transitions count too
 * @throws when a loop has no bound
 */
export function transitionsByEnd(definition: string, nested: Definitions = new Map()): EndCost[] {
  const machine: JsonObject = JSON.parse(definition);
  return statesOf(machine)
    .flatMap(({ name, state }) => endsAt(state).map((how) => ({ end: name, how })))
    .map(({ end, how }) => {
      const to = (measure: Measure) => 1 + (new Ways(machine, measure, nested).to(end) ?? 0);
      return { end, how, least: to('least'), most: to('most'), bound: to('bound') };
    });
}

type Measure = 'least' | 'most' | 'bound';

function endsAt({ Type, End, Catch }: JsonObject): EndCost['how'][] {
  const canFail = ['Task', 'Parallel', 'Map'].includes(String(Type));
  const catchesAll = objectsIn(Catch).some(({ ErrorEquals }) => names(ErrorEquals).includes('States.ALL'));
  return [
    ...(Type === 'Succeed' || End === true ? ['succeeds' as const] : []),
    ...(Type === 'Fail' ? ['fails' as const] : []),
    ...(canFail && !catchesAll ? ['fails there' as const] : []),
  ];
}

const names = (json: Json | undefined): readonly Json[] => (Array.isArray(json) ? json : []);

/** The ways through one machine: a definition, a branch or a Map's processor. */
class Ways {
  private readonly states: ReadonlyMap<string, JsonObject>;
  private readonly graph: Graph;

  constructor(
    private readonly machine: JsonObject,
    private readonly measure: Measure,
    private readonly nested: Definitions,
  ) {
    this.states = new Map(statesOf(machine).map(({ name, state }) => [name, state]));
    this.graph = new Graph(new Map([...this.states].map(([name, state]) => [name, edgesOf(state)])));
  }

  /** Transitions from the machine's beginning to the end of this state; undefined if no way leads there. */
  to(end: string): number | undefined {
    const known = new Map<string, number | undefined>();
    const from = (name: string, round: number, above: readonly string[]): number | undefined => {
      const place = `${name}/${round}`;
      if (known.has(place)) return known.get(place);
      if (above.includes(place)) throw new Error(unbounded(above.slice(above.indexOf(place)), name));
      const open = [...above, place];
      const next = this.graph
        .from(name)
        .flatMap((edge) => this.graph.follow(name, edge, round))
        .map((step) => from(step.name, step.round, open));
      const rest = this.best([name === end ? 0 : undefined, ...next]);
      const total = rest === undefined ? undefined : rest + this.weight(name);
      known.set(place, total);
      return total;
    };
    return from(String(this.machine.StartAt), 1, []);
  }

  /** Transitions of the cheapest or dearest way to any end. */
  private through(): number {
    const ends = [...this.states].filter(([, state]) => endsAt(state).length > 0);
    return this.best(ends.map(([name]) => this.to(name))) ?? 0;
  }

  private best(ways: readonly (number | undefined)[]): number | undefined {
    const possible = ways.filter((way) => way !== undefined);
    if (possible.length === 0) return undefined;
    return this.measure === 'least' ? Math.min(...possible) : Math.max(...possible);
  }

  /** Of one visit to a state, with what runs inside it. */
  private weight(name: string): number {
    const state = this.states.get(name) ?? {};
    const retries = this.measure === 'bound' ? retriesOf(state) : 0;
    const inside = machinesIn(state)
      .filter((machine) => this.isBilled(state, machine))
      .map((machine) => new Ways(machine, this.measure, this.nested).through())
      .reduce((sum, count) => sum + count, 0);
    return 1 + retries + inside * (1 + retries) + this.weightOfNested(state);
  }

  /** The children of a Distributed Map are Express executions, which have another price; and a Map may have no items. */
  private isBilled({ Type }: JsonObject, machine: JsonObject): boolean {
    return !isDistributed(machine) && !(Type === 'Map' && this.measure === 'least');
  }

  /** A nested execution is started once, whatever its Task's retries: its name is the same. */
  private weightOfNested({ Resource, Arguments }: JsonObject): number {
    if (!/:states:startExecution\.sync/.test(String(Resource))) return 0;
    const [, placeholder = ''] = /\$\{(\w+)\}/.exec(JSON.stringify(Arguments)) ?? [];
    const definition = this.nested.get(placeholder);
    if (!definition)
      throw new Error(`No definition is given for \${${placeholder}}, whose end a state awaits.`);
    return 1 + new Ways(JSON.parse(definition), this.measure, this.nested).through();
  }
}

const retriesOf = ({ Retry }: JsonObject): number =>
  objectsIn(Retry).reduce((sum, { MaxAttempts = 3 }) => sum + Number(MaxAttempts), 0);

const unbounded = (loop: readonly string[], name: string): string =>
  `The loop ${[...loop.map((place) => place.replace(/\/\d+$/, '')), name].join(' → ')} has no bound. ` +
  'Let the Choice that goes on say one: {% $states.input.round < 8 %}';
