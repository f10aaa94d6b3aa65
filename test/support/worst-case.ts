/**
 * The longest time that a definition can take, in seconds: every try times out, every retrier is used up, every loop
 * runs to its bound.
 */
import jsonata from 'jsonata';

interface Retrier {
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
}

interface State {
  Type: string;
  Resource?: string;
  Next?: string;
  Default?: string;
  Seconds?: number | string;
  TimeoutSeconds?: number | string;
  Choices?: { Next: string; Condition: string }[];
  Catch?: { Next: string }[];
  Retry?: Retrier[];
  Branches?: Machine[];
  ItemProcessor?: Machine & { ProcessorConfig?: { Mode?: string } };
  MaxConcurrency?: number | string;
}

export interface Machine {
  StartAt: string;
  TimeoutSeconds?: number;
  States: Record<string, State>;
}

/** Limits that depend on a definition's data. */
export interface Bounds {
  /** The most children of a Distributed Map. @default 0 */
  children?: number;
  /** The largest values of the input's members from which a state reads its seconds. */
  input?: Readonly<Record<string, number>>;
}

export async function worstCaseSeconds(machine: Machine, bounds: Bounds = {}): Promise<number> {
  const weights = new Map<string, number>();
  for (const [name, state] of Object.entries(machine.States))
    weights.set(name, await ownSeconds(name, state, bounds));
  const longest = new Map<string, number>();

  /** The longest path from here to an end. */
  const from = (name: string): number => {
    const known = longest.get(name);
    if (known !== undefined) return known;
    const loop = loopOf(machine, name);
    const round = loop.reduce((total, state) => total + (weights.get(state) ?? 0), 0);
    const own = loop.length > 1 ? loopSeconds(machine, loop, round) : round;
    const exits = loop.flatMap((state) => successors(machine, state)).filter((next) => !loop.includes(next));
    const total = own + Math.max(0, ...exits.map(from));
    longest.set(name, total);
    return total;
  };
  return from(machine.StartAt);
}

async function ownSeconds(name: string, state: State, bounds: Bounds): Promise<number> {
  const inner = (machine: Machine) => worstCaseSeconds(machine, bounds);
  switch (state.Type) {
    case 'Task':
      return retried(
        state,
        await seconds(name, state.TimeoutSeconds),
        /\.(waitForTaskToken|sync(:2)?)$/.test(state.Resource ?? ''),
      );
    case 'Wait':
      return seconds(name, state.Seconds, bounds.input);
    case 'Parallel':
      return retried(state, Math.max(...(await Promise.all((state.Branches ?? []).map(inner)))));
    case 'Map': {
      if (!state.ItemProcessor) return 0;
      const once = await inner(state.ItemProcessor);
      if (state.ItemProcessor.ProcessorConfig?.Mode !== 'DISTRIBUTED') return retried(state, once);
      // Retries happen before the first child starts, while the items are read.
      const concurrency = await seconds(name, state.MaxConcurrency);
      return retried(state, Math.ceil((bounds.children ?? 0) / concurrency) * once, true);
    }
    default:
      return 0;
  }
}

/** Starting a callback task, a nested execution or a Map Run fails within this many seconds, or not at all. */
const ASKING = 30;

/**
 * Each retrier has its own count of attempts, so in the worst case all are used up. A callback or nested
 * execution is waited for once; only its start is retried.
 */
function retried({ Retry = [] }: State, once: number, isWaitedFor = false): number {
  const delays = Retry.flatMap(
    ({ IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2, MaxDelaySeconds = Infinity }) =>
      Array.from({ length: MaxAttempts }, (_, attempt) =>
        Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds),
      ),
  );
  return (
    once + (isWaitedFor ? ASKING : once) * delays.length + delays.reduce((total, delay) => total + delay, 0)
  );
}

/** The largest value of a numeric field. */
export async function seconds(
  name: string,
  value: number | string | undefined,
  input: Bounds['input'] = {},
): Promise<number> {
  if (typeof value === 'number') return value;
  const expression = value?.match(/^\{%(.*)%\}$/s)?.[1];
  if (!expression) throw new Error(`${name} has no bound in seconds`);
  const result: unknown = await jsonata(expression).evaluate(undefined, {
    random: () => 0.999_999,
    states: { input },
  });
  if (typeof result !== 'number') throw new Error(`${name}: ${value} is not a number`);
  return result;
}

const successors = (machine: Machine, name: string): string[] => {
  const { Next, Default, Choices = [], Catch = [] } = machine.States[name] ?? { Type: 'unknown' };
  return [Next, Default, ...Choices.map((rule) => rule.Next), ...Catch.map((rule) => rule.Next)].filter(
    (next) => next !== undefined,
  );
};

/** The states of this state's loop; only itself if it is in none. */
function loopOf(machine: Machine, name: string): string[] {
  const reach = (start: string): Set<string> => {
    const seen = new Set<string>();
    const open = [start];
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      for (const next of successors(machine, state)) {
        if (!seen.has(next)) {
          seen.add(next);
          open.push(next);
        }
      }
    }
    return seen;
  };
  const reachable = reach(name);
  return reachable.has(name) ? [...reachable].filter((other) => reach(other).has(name)) : [name];
}

/**
 * A loop's bound is a literal in one of its Choices: of rounds, `$states.input.round < 8`, or of milliseconds since the
 * execution's start, at which a last round may begin: `… - $toMillis($states.context.Execution.StartTime) < 100000`.
 */
function loopSeconds(machine: Machine, loop: string[], round: number): number {
  const bounds = loop
    .flatMap((name) => machine.States[name]?.Choices ?? [])
    .flatMap(({ Condition }) => [...Condition.matchAll(/(Execution\.StartTime\))?\s*[<>]=?\s*(\d+)/g)])
    .map(([, isTime, literal]) => (isTime ? Number(literal) / 1000 + round : Number(literal) * round));
  if (bounds.length === 0) throw new Error(`The loop ${loop.join(' → ')} has no literal bound in a Choice`);
  return Math.max(...bounds);
}
