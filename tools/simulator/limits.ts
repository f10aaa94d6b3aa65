// How far an evaluation may go, so that no expression hangs or kills the process. As on AWS, each limit fails the state
// with States.QueryEvaluationError. What runs inside one function of JSONata's (a regular expression, $distinct of a
// long list) cannot be interrupted.

import type { Environment, Expression } from 'jsonata';

/** AWS gives an evaluation one second. A test may give less, so that it need not wait for so long. */
export const evaluationLimits = {
  /** The same on a busy machine. A million take about a second; AWS allows an expression that takes 600,000. */
  steps: 1_000_000,
  /** Of processor time, for steps that take long. Triple, so that a busy machine fails no usual expression. */
  microseconds: 3_000_000,
};
const stepsBetweenLooks = 250;
/** Expressions within expressions, calls included, as on AWS. */
export const maxDepth = 100;
/** Bytes that one value may have, measured on AWS: 8 for a number, 1 for a character. */
const maxBytes = 6_990_256;

// In AWS's words.
const outOfMemoryText = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';
const tooDeepText =
  'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive';

export const outOfMemory = () => new Error(outOfMemoryText);
const tooDeep = () => new Error(tooDeepText);
const outOfTime = () => new Error('Expression evaluation timeout: Check for infinite loop');

/** What AWS says where Node says that one of its own limits is reached. */
export const nodeLimits = new Map([
  ['Invalid string length', outOfMemoryText],
  ['Maximum call stack size exceeded', tooDeepText],
]);

/** Members of a list or an object (of one evaluation of it): JSONata starts them together, we let them in one by one. */
interface Row {
  isFilling: boolean;
  waiting: (() => void)[];
}

/** What one evaluation has used so far. */
class Meter {
  private started: NodeJS.CpuUsage | undefined;
  private steps = 0;
  private depth = 0;
  /** By list or object, the innermost call of it last. */
  private readonly rows = new Map<object, Row[]>();

  /** Returns a promise when `node` has to wait. */
  enter(node: object): Promise<void> | undefined {
    const siblings = families.get(node);
    if (!siblings || this.isFirst(siblings)) return this.begin();
    const row = this.rows.get(siblings)?.at(-1);
    return new Promise<void>((next) => row?.waiting.push(next)).then(() => this.begin());
  }

  private begin(): undefined {
    this.depth++;
    this.steps++;
    if (this.depth > maxDepth) throw tooDeep();
    if (this.steps > evaluationLimits.steps) throw outOfTime();
    if (this.steps % stepsBetweenLooks === 0 && this.used() > evaluationLimits.microseconds)
      throw outOfTime();
  }

  /** Of the processor since the first look: most evaluations end before it. */
  private used(): number {
    this.started ??= process.cpuUsage();
    const { user, system } = process.cpuUsage(this.started);
    return user + system;
  }

  private isFirst(siblings: object): boolean {
    const rows = this.rows.get(siblings) ?? [];
    if (rows.at(-1)?.isFilling) return false;
    const row: Row = { isFilling: true, waiting: [] };
    // JSONata starts all of them at once, before anything else can run.
    queueMicrotask(() => {
      row.isFilling = false;
    });
    rows.push(row);
    this.rows.set(siblings, rows);
    return true;
  }

  leave(node: object, result: unknown): void {
    if (bytes(result) > maxBytes) throw outOfMemory();
    this.depth--;
    const siblings = families.get(node);
    const rows = siblings && this.rows.get(siblings);
    if (!rows) return;
    const next = rows.at(-1)?.waiting.shift();
    if (next) next();
    else rows.pop();
  }
}

// A name that no expression can spell.
const meterName = 'the meter';

/** To be among an evaluation's bindings. */
export const meterBinding = (): Record<string, unknown> => ({ [meterName]: new Meter() });

/** Makes `expression` keep to the limits. Each of its evaluations needs a `meterBinding`. */
export function limit(expression: Expression): void {
  findFamilies(expression.ast());
  // JSONata's types leave out that names can be symbols.
  const assign = (name: symbol, hook: unknown) => Reflect.apply(expression.assign, expression, [name, hook]);
  assign(Symbol.for('jsonata.__evaluate_entry'), (node: object, _: unknown, environment: Environment) =>
    environment.lookup(meterName).enter(node),
  );
  assign(
    Symbol.for('jsonata.__evaluate_exit'),
    (node: object, _: unknown, environment: Environment, result: unknown) =>
      environment.lookup(meterName).leave(node, result),
  );
}

/** Of each member of a list or an object: that list or object. */
const families = new WeakMap<object, object>();

function findFamilies(part: unknown): void {
  if (part === null || typeof part !== 'object') return;
  if ('value' in part && part.value === '[' && 'expressions' in part && Array.isArray(part.expressions)) {
    for (const member of part.expressions) families.set(member, part);
  }
  // Pairs of a key and a value, of an object or a grouping.
  if ('lhs' in part && Array.isArray(part.lhs)) {
    for (const [, member] of part.lhs) families.set(member, part);
  }
  for (const child of Object.values(part)) findFamilies(child);
}

const known = new WeakMap<object, number>();
/** Smaller values are measured anew each time, which costs less than to remember them. */
const worthKnowing = 1_000;

/** Each large value is measured once: what an expression builds consists of values that were measured before. */
function bytes(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (value === null || typeof value !== 'object' || '_jsonata_lambda' in value) return 8;
  let sum = known.get(value);
  if (sum === undefined) {
    sum = 0;
    const items: unknown[] = Array.isArray(value) ? value : Object.values(value);
    for (const item of items) sum += typeof item === 'number' ? 8 : 8 + bytes(item);
    if (sum > worthKnowing) known.set(value, sum);
  }
  return sum;
}
