// Limits of an evaluation, so that no expression hangs or kills the process. As on AWS, exceeding one fails the state
// with States.QueryEvaluationError. A single function of JSONata (a regular expression, $distinct of a long list)
// cannot be interrupted.

import type { Environment, Expression } from 'jsonata';

/** AWS limits an evaluation to one second. Tests set lower limits, to be faster. */
export const evaluationLimits = {
  /** Does not depend on the machine's load. A million take about a second; AWS was seen to accept 600,000. */
  steps: 1_000_000,
  /** CPU time, for slow steps. High enough for any usual expression on a busy machine. */
  microseconds: 3_000_000,
};
const stepsBetweenLooks = 50;
/** Limit of nesting of expressions and calls, as on AWS. */
export const maxDepth = 100;
/** Limit of one value's size in bytes, as measured on AWS: 8 for a number, 1 for a character. */
const maxBytes = 6_990_256;

// In AWS's words.
const outOfMemoryText = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';
const tooDeepText =
  'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive';

export const outOfMemory = () => new Error(outOfMemoryText);
const tooDeep = () => new Error(tooDeepText);
const outOfTime = () => new Error('Expression evaluation timeout: Check for infinite loop');

/** AWS's message for each of Node's that reports a limit of Node's own. */
export const nodeLimits = new Map([
  ['Invalid string length', outOfMemoryText],
  ['Maximum call stack size exceeded', tooDeepText],
]);

/** The members of one evaluation of a list or an object. JSONata starts them together; we run them one by one. */
interface Row {
  isFilling: boolean;
  waiting: (() => void)[];
}

/** What one evaluation has used so far. */
class Meter {
  private started: NodeJS.CpuUsage | undefined;
  private steps = 0;
  private depth = 0;
  /** Keyed by list or object; the innermost evaluation is the last. */
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

  /** Microseconds of CPU time since the first call of this method, which most evaluations never reach. */
  private used(): number {
    this.started ??= process.cpuUsage();
    const { user, system } = process.cpuUsage(this.started);
    return user + system;
  }

  private isFirst(siblings: object): boolean {
    const rows = this.rows.get(siblings) ?? [];
    if (rows.at(-1)?.isFilling) return false;
    const row: Row = { isFilling: true, waiting: [] };
    // JSONata starts all members synchronously.
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

// No expression can refer to a name with blanks.
const meterName = 'the meter';

/** Must be among the bindings of each evaluation. */
export const meterBinding = (): Record<string, unknown> => ({ [meterName]: new Meter() });

/** Applies the limits to `expression`. Each of its evaluations needs a `meterBinding`. */
export function limit(expression: Expression): void {
  findFamilies(expression.ast());
  // JSONata's types do not say that names can be symbols.
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

/** Maps each member of a list or an object to that list or object. */
const families = new WeakMap<object, object>();

function findFamilies(part: unknown): void {
  if (part === null || typeof part !== 'object') return;
  if ('value' in part && part.value === '[' && 'expressions' in part && Array.isArray(part.expressions)) {
    for (const member of part.expressions) families.set(member, part);
  }
  // The pairs of key and value of an object or a grouping.
  if ('lhs' in part && Array.isArray(part.lhs)) {
    for (const [, member] of part.lhs) families.set(member, part);
  }
  for (const child of Object.values(part)) findFamilies(child);
}

const known = new WeakMap<object, number>();
/** The size of smaller values is not cached, because computing it is faster. */
const worthKnowing = 1_000;

/** The size of a value. Caches that of large ones, since expressions build values from earlier values. */
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
