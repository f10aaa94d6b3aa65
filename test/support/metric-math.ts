/** Evaluates CloudWatch's metric math for one period. Only what this project's alarms use. */

/** The value of each metric or expression by its id; undefined when there is none in the period. */
export type Values = (id: string) => number | undefined;

type Value = number | undefined;

const functions: Readonly<Record<string, (...args: Value[]) => Value>> = {
  IF: (condition, yes, no) => (condition === undefined ? undefined : condition ? yes : no),
  FILL: (value, filler) => value ?? filler,
};

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
};

/** Those that bind least come first. */
const levels = [['OR'], ['AND'], ['<', '<=', '>', '>='], ['+', '-'], ['*', '/']];

/** An operation on nothing has no value, nor has a division by zero. @throws for what it does not know */
export const evaluate = (expression: string, values: Values): Value => {
  const tokens = expression.match(/\d+(?:\.\d+)?|\w+|[<>]=?|\S/g) ?? [];
  let at = 0;
  const isNext = (...wanted: string[]) => wanted.includes(tokens[at] ?? '');
  const unknown = () => new Error(`Not understood here: "${tokens[at] ?? 'the end'}" of ${expression}`);
  const expect = (token: string) => {
    if (tokens[at++] !== token) throw unknown();
  };

  const binary = (level = 0): Value => {
    const names = levels[level];
    if (!names) return primary();
    let value = binary(level + 1);
    while (isNext(...names)) {
      const operate = operators[tokens[at++] ?? ''];
      const other = binary(level + 1);
      const result = value === undefined || other === undefined ? undefined : operate?.(value, other);
      value = Number.isFinite(result) ? result : undefined;
    }
    return value;
  };

  const primary = (): Value => {
    const token = tokens[at++] ?? '';
    if (token === '(') {
      const value = binary();
      expect(')');
      return value;
    }
    if (/^\d/.test(token)) return Number(token);
    if (isNext('(')) {
      const call = functions[token];
      if (!call) throw unknown();
      const args: Value[] = [];
      do {
        at++;
        args.push(binary());
      } while (isNext(','));
      expect(')');
      return call(...args);
    }
    if (/^[a-z]\w*$/.test(token)) return values(token);
    at--;
    throw unknown();
  };

  const value = binary();
  if (at < tokens.length) throw unknown();
  return value;
};
