/** Deals plans: every single strike, how else its story may go on, and pairs. The same seed deals the same plans. */
import { random } from '../simulator/random';
import { type Edge, type Plan, plain, REDRIVES, type Strike, strikeText } from './plan';
import { type Report, runPlan } from './run';
import type { Scenario } from './site';
import { strikesAt, tasksOf } from './strikes';

export const LAYERS = ['no strike', 'single strikes', 'their edges', 'pairs'] as const;
export type Layer = (typeof LAYERS)[number];

export interface Dealt {
  layer: Layer;
  report: Report;
}

/** A single strike that was run, and where it led. */
type Led = Pick<Report, 'plan' | 'places'>;

export class Deck {
  /** How many plans a layer has, where that is known. */
  readonly sizes = new Map<Layer, number>();
  /** By scenario. */
  private readonly singles = new Map<string, Plan[]>();
  private readonly number: () => number;
  private readonly scenarios: ReadonlyMap<string, Scenario>;

  constructor(scenarios: readonly Scenario[], seed: number) {
    this.number = random(seed).number;
    this.scenarios = new Map(scenarios.map((scenario) => [scenario.name, scenario]));
  }

  run(plan: Plan): Promise<Report> {
    const scenario = this.scenarios.get(plan.scenario);
    if (scenario) return runPlan(plan, scenario);
    throw new Error(
      `No scenario is called "${plan.scenario}". There are ${[...this.scenarios.keys()].join(', ')}.`,
    );
  }

  /**
   * Each scenario in peace; then of each scenario in turn a single strike, one of its edges and a pair with it; when
   * there is no new strike left, the other edges; then pairs for ever.
   */
  async *deal(): AsyncGenerator<Dealt> {
    yield* this.unstruck();
    const edges: Plan[] = [];
    const led: Led[] = [];
    for (const plan of inTurn([...this.singles.values()].map((plans) => this.shuffled(plans)))) {
      const report = await this.run(plan);
      yield { layer: 'single strikes', report };
      if (report.missed.length > 0) continue;
      const [first, ...rest] = this.shuffled(edgesOf(report));
      if (first) yield { layer: 'their edges', report: await this.run(first) };
      edges.push(...rest);
      yield { layer: 'pairs', report: await this.run(this.pairWith(report)) };
      led.push({ plan, places: report.places });
    }
    for (const plan of this.shuffled(edges)) yield { layer: 'their edges', report: await this.run(plan) };
    for (;;) yield { layer: 'pairs', report: await this.run(this.pairWith(this.pick(led))) };
  }

  /** Each scenario in peace, which also tells where something can strike. */
  private async *unstruck(): AsyncGenerator<Dealt> {
    this.sizes.set('no strike', this.scenarios.size);
    for (const { name } of this.scenarios.values()) {
      const report = await this.run(plain(name));
      const plans = this.strikes(name, report.places).map((strike) => ({
        ...plain(name),
        strikes: [strike],
      }));
      this.singles.set(name, plans);
      this.sizes.set('single strikes', plans.length + (this.sizes.get('single strikes') ?? 0));
      yield { layer: 'no strike', report };
    }
  }

  private strikes(name: string, places: ReadonlyMap<string, number>): Strike[] {
    const tasks = tasksOf(this.scenarios.get(name)?.workflows ?? []);
    const strikes = [...places].flatMap(([place, calls]) => strikesAt(place, calls, tasks));
    return [...new Map(strikes.map((strike) => [strikeText(strike), strike])).values()];
  }

  /** A second strike, somewhere that the first led to; half of them with an edge, half redriven later. */
  private pairWith({ plan, places }: Led): Plan {
    const second = this.pick(this.strikes(plan.scenario, places));
    const redriveAfter = this.number() < 0.5 ? plan.redriveAfter : this.pick(Object.values(REDRIVES));
    const edge = this.number() < 0.5 ? plan.edge : this.pick(EDGES_OF_PAIRS);
    return { ...plan, strikes: [...plan.strikes, second], redriveAfter, edge };
  }

  private pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.number() * from.length)];
    if (picked === undefined) throw new Error('There is nothing to pick from.');
    return picked;
  }

  private shuffled<T>(plans: readonly T[]): T[] {
    const keyed = plans.map((plan) => [this.number(), plan] as const);
    return keyed.sort(([a], [b]) => a - b).map(([, plan]) => plan);
  }
}

/** One of each list, then the next of each. */
function* inTurn<T>(lists: readonly (readonly T[])[]): Generator<T> {
  const longest = Math.max(...lists.map(({ length }) => length));
  for (let index = 0; index < longest; index++) {
    for (const list of lists) {
      const item = list[index];
      if (item !== undefined) yield item;
    }
  }
}

const EDGES_OF_PAIRS: readonly Edge[] = ['meanwhile', 'between', 'again', 'elsewhere'];

/** How else the story of a plan can go on. */
function edgesOf({ plan, redrives }: Report): Plan[] {
  const { '25h': day, '8d': week, '13d': latest } = REDRIVES;
  const always = (['meanwhile', 'again', 'elsewhere'] as const).map((edge) => ({ ...plan, edge }));
  if (redrives === 0) return always;
  return [
    ...always,
    ...[day, week, latest].map((redriveAfter) => ({ ...plan, redriveAfter })),
    { ...plan, edge: 'between' },
    { ...plan, edge: 'between', redriveAfter: latest },
  ];
}
