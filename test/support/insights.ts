/**
 * Runs queries of CloudWatch Logs Insights over log events. Only the commands and functions that this project uses:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */

/** An event's fields, nested ones by their path: `details.name`. */
export type Row = Readonly<Record<string, unknown>>;

type Expression =
  | { readonly literal: unknown }
  | { readonly field: string }
  | { readonly call: string; readonly of: readonly Expression[] };

/** The fields of a log event in JSON. */
export const rowOf = (event: object, path = ''): Row =>
  Object.fromEntries(
    Object.entries(event).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null
        ? Object.entries(rowOf(value, `${path}${name}.`))
        : [[`${path}${name}`, value]],
    ),
  );

const text = (value: unknown) => String(value ?? '');
const bothNumbers = (work: (a: number, b: number) => unknown) => (a: unknown, b: unknown) =>
  work(Number(a), Number(b));

const functions: Readonly<Record<string, (...values: unknown[]) => unknown>> = {
  '=': (a, b) => a === b,
  '>': bothNumbers((a, b) => a > b),
  '+': bothNumbers((a, b) => a + b),
  '*': bothNumbers((a, b) => a * b),
  '-': bothNumbers((a, b) => a - b),
  '/': bothNumbers((a, b) => a / b),
  and: (a, b) => a === true && b === true,
  or: (a, b) => a === true || b === true,
  in: (value, ...list) => list.includes(value),
  like: (value, pattern) => new RegExp(text(pattern)).test(text(value)),
  coalesce: (...values) => values.find((value) => value !== undefined),
  concat: (...values) => values.map(text).join(''),
  strcontains: (value, part) => (text(value).includes(text(part)) ? 1 : 0),
};

const present = (values: readonly unknown[]) => values.filter((value) => value !== undefined);
const numbers = (values: readonly unknown[]) => present(values).map(Number);
const last = (values: readonly unknown[]) => present(values).map(text).sort().at(-1);

const aggregates: Readonly<Record<string, (values: readonly unknown[], parameter: number) => unknown>> = {
  count: (values) => values.length,
  count_distinct: (values) => new Set(present(values)).size,
  sum: (values) => numbers(values).reduce((sum, each) => sum + each, 0),
  max: (values) => Math.max(...numbers(values)),
  min: (values) => Math.min(...numbers(values)),
  pct: (values, percent) => {
    const sorted = numbers(values).sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  },
  sortsLast: (values) => last(values),
};

/** Operators, those that bind least first. */
const precedence = [['or'], ['and'], ['=', '>', 'like', 'in'], ['+', '-'], ['*', '/']];

class Reader {
  private readonly tokens: string[];

  constructor(private readonly line: string) {
    this.tokens = line.match(/'[^']*'|(?<=like )\/.+?\/|[@\w.]+|[()[\],=>+\-*/]/g) ?? [];
  }

  expression(level = 0): Expression {
    const operators = precedence[level];
    if (!operators) return this.operand();
    let left = this.expression(level + 1);
    while (operators.includes(this.tokens[0] ?? '')) {
      const call = this.tokens.shift() ?? '';
      const right = call === 'in' ? this.list('[', ']') : [this.expression(level + 1)];
      left = { call, of: [left, ...right] };
    }
    return left;
  }

  private operand(): Expression {
    const token = this.tokens.shift() ?? '';
    if (token === '(') return this.until(this.expression(), ')');
    if (/^['/]/.test(token)) return { literal: token.slice(1, -1) };
    if (/^\d/.test(token)) return { literal: Number(token) };
    if (!/^[@\w]/.test(token)) throw new Error(`Not understood at "${token}": ${this.line}`);
    if (this.tokens[0] !== '(') return { field: token };
    if (!functions[token] && !aggregates[token]) throw new Error(`No function ${token}: ${this.line}`);
    return { call: token, of: this.list('(', ')') };
  }

  private list(open: string, close: string): Expression[] {
    if (this.tokens.shift() !== open) throw new Error(`No ${open}: ${this.line}`);
    // `count(*)` counts all.
    if (this.takes('*')) return this.until([], close);
    const all = [this.expression()];
    while (this.tokens[0] === ',') {
      this.tokens.shift();
      all.push(this.expression());
    }
    return this.until(all, close);
  }

  private until<T>(value: T, close: string): T {
    if (this.tokens.shift() !== close) throw new Error(`No ${close}: ${this.line}`);
    return value;
  }

  /** `a as b, c`: each with its name. */
  named(): { readonly name: string; readonly is: Expression }[] {
    const all: { name: string; is: Expression }[] = [];
    do {
      const is = this.expression();
      const name = this.takes('as') ? this.tokens.shift() : 'field' in is ? is.field : this.line;
      all.push({ name: name ?? '', is });
    } while (this.takes(','));
    return all;
  }

  takes(token: string): boolean {
    if (this.tokens[0] !== token) return false;
    this.tokens.shift();
    return true;
  }
}

const evaluate = (expression: Expression, row: Row, group: readonly Row[]): unknown => {
  if ('literal' in expression) return expression.literal;
  if ('field' in expression) return row[expression.field];
  const { call, of } = expression;
  const aggregate = aggregates[call];
  if (!aggregate) return functions[call]?.(...of.map((each) => evaluate(each, row, group)));
  const [what = { literal: 1 }, parameter = { literal: 0 }] = of;
  return aggregate(
    group.map((each) => evaluate(what, each, [])),
    Number(evaluate(parameter, row, [])),
  );
};

const statistics = (rows: readonly Row[], rest: string): Row[] => {
  const reader = new Reader(rest);
  const results = reader.named();
  const keys = reader.takes('by') ? reader.named() : [];
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(keys.map(({ is }) => evaluate(is, row, []) ?? null));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) =>
    Object.fromEntries(
      [...keys, ...results].map(({ name, is }) => [name, evaluate(is, group[0] ?? {}, group)]),
    ),
  );
};

const commands: Readonly<Record<string, (rows: readonly Row[], rest: string) => readonly Row[]>> = {
  filter: (rows, rest) => {
    const condition = new Reader(rest).expression();
    return rows.filter((row) => evaluate(condition, row, []) === true);
  },
  fields: (rows, rest) => {
    const named = new Reader(rest).named();
    return rows.map((row) => ({
      ...row,
      ...Object.fromEntries(named.map(({ name, is }) => [name, evaluate(is, row, [])])),
    }));
  },
  parse: (rows, rest) => {
    const [, field = '', pattern = ''] = /^(\S+) \/(.+)\/$/.exec(rest) ?? [];
    return rows.map((row) => ({ ...row, ...new RegExp(pattern).exec(text(row[field]))?.groups }));
  },
  stats: statistics,
  sort: (rows, rest) => {
    const keys = rest.split(', ').map((key) => key.split(' '));
    const compare = (a: Row, b: Row, [field = '', direction]: string[]) =>
      (direction === 'desc' ? -1 : 1) * (Number(a[field]) - Number(b[field]));
    return rows.toSorted((a, b) => keys.reduce((order, key) => order || compare(a, b, key), 0));
  },
  limit: (rows, rest) => rows.slice(0, Number(rest)),
};

/** The fields that a query reads, but for those that it makes itself. */
export const fieldsOf = (query: string): string[] => {
  const made = Array.from(query.matchAll(/ as (\w+)|\?<(\w+)>/g), ([, named, parsed]) => named ?? parsed);
  const words = query.replaceAll(/'[^']*'|\/[^/\n]*\S\/|^\| |\b(as|asc|desc|and|or|like|in|by)\b/gm, ' ');
  const read = words.split('\n').flatMap(
    (line) =>
      line
        .trim()
        .replace(/^\w+/, '')
        .match(/[@a-z][\w.]*(?![\w.(])/gi) ?? [],
  );
  return [...new Set(read)].filter((name) => !made.includes(name));
};

/** Runs a query. @throws when it is not understood here */
export const run = (query: string, events: readonly Row[]): readonly Row[] =>
  query.split('\n| ').reduce<readonly Row[]>((rows, line) => {
    const [, command = '', rest = ''] = /^(\w+) (.+)$/.exec(line) ?? [];
    const step = commands[command];
    if (!step) throw new Error(`No command of Logs Insights here: ${line}`);
    return step(rows, rest);
  }, events);
