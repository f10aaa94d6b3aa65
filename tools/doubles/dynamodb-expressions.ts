/**
 * DynamoDB's condition and update expressions, as far as this project uses them; any other throws.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
 */
import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Reader } from './expression-reader';

export type Item = Record<string, AttributeValue>;

interface Placeholders {
  names: Record<string, string>;
  values: Item;
}

/** An operand in a compiled expression: an attribute, a value, a sum. */
type Operand = (item: Item, placeholders: Placeholders) => AttributeValue | undefined;
type Condition = (item: Item, placeholders: Placeholders) => boolean;
/** Changes `next`. Reads from `item`, because every clause sees the item as it was. */
type Action = (item: Item, next: Item, placeholders: Placeholders) => void;

interface Compiled<Run> {
  run: Run;
  /** Its `#names` and `:values`. */
  uses: string[];
}

const ACTIONS = ['SET', 'ADD', 'REMOVE'];

/** Compiles `a = :b AND (NOT contains(c, :d) OR attribute_not_exists(e))` and the like. */
export function compileCondition(source: string): Compiled<Condition> {
  const reader = new Reader(source);
  const run = readOr(reader);
  if (reader.peek !== undefined) reader.fail(reader.peek);
  return { run, uses: reader.placeholders };
}

function readOr(reader: Reader): Condition {
  const terms = [readAnd(reader)];
  while (reader.skip('OR')) terms.push(readAnd(reader));
  return (item, placeholders) => terms.some((term) => term(item, placeholders));
}

function readAnd(reader: Reader): Condition {
  const terms = [readNot(reader)];
  while (reader.skip('AND')) terms.push(readNot(reader));
  return (item, placeholders) => terms.every((term) => term(item, placeholders));
}

function readNot(reader: Reader): Condition {
  if (reader.skip('NOT')) {
    const term = readNot(reader);
    return (item, placeholders) => !term(item, placeholders);
  }
  if (reader.skip('(')) {
    const inner = readOr(reader);
    reader.expect(')');
    return inner;
  }
  return readPredicate(reader);
}

function readPredicate(reader: Reader): Condition {
  const name = reader.skip('ATTRIBUTE_EXISTS', 'ATTRIBUTE_NOT_EXISTS', 'CONTAINS');
  if (name === 'CONTAINS') {
    reader.expect('(');
    const set = readOperand(reader);
    reader.expect(',');
    const member = readOperand(reader);
    reader.expect(')');
    return (item, placeholders) => contains(set(item, placeholders), member(item, placeholders));
  }
  if (name) {
    reader.expect('(');
    const attribute = readAttribute(reader);
    reader.expect(')');
    return (item, placeholders) => attribute(placeholders) in item === (name === 'ATTRIBUTE_EXISTS');
  }
  const left = readOperand(reader);
  const operator = reader.take();
  const right = readOperand(reader);
  const compare = COMPARE[operator] ?? reader.fail(operator);
  return (item, placeholders) => {
    const [a, b] = [left(item, placeholders), right(item, placeholders)];
    // A missing attribute is unequal to every value, and neither less nor greater.
    return a === undefined || b === undefined ? operator === '<>' : compare(a, b);
  };
}

const COMPARE: Record<string, (a: AttributeValue, b: AttributeValue) => boolean> = {
  '=': (a, b) => same(a, b),
  '<>': (a, b) => !same(a, b),
  '<': (a, b) => order(a, b) < 0,
  '<=': (a, b) => order(a, b) <= 0,
  '>': (a, b) => order(a, b) > 0,
  '>=': (a, b) => order(a, b) >= 0,
};

const same = (a: AttributeValue, b: AttributeValue) =>
  a.N !== undefined && b.N !== undefined ? Number(a.N) === Number(b.N) : isDeepStrictEqual(a, b);

/** NaN, for which every comparison is false, unless both are numbers or both are strings. */
function order(a: AttributeValue, b: AttributeValue): number {
  if (a.N !== undefined && b.N !== undefined) return Number(a.N) - Number(b.N);
  if (a.S !== undefined && b.S !== undefined) return a.S < b.S ? -1 : Number(a.S > b.S);
  return Number.NaN;
}

function contains(set: AttributeValue | undefined, member: AttributeValue | undefined): boolean {
  if (member?.S === undefined) return false;
  return set?.SS?.includes(member.S) ?? set?.S?.includes(member.S) ?? false;
}

function readAttribute(reader: Reader): (placeholders: Placeholders) => string {
  const token = reader.take();
  if (!/^#?[A-Za-z_]/.test(token)) reader.fail(token);
  if (!token.startsWith('#')) return () => token;
  return ({ names }) => names[token] ?? reader.fail(`${token}, which has no name`);
}

function readOperand(reader: Reader): Operand {
  if (reader.skip('IF_NOT_EXISTS')) {
    reader.expect('(');
    const attribute = readAttribute(reader);
    reader.expect(',');
    const otherwise = readOperand(reader);
    reader.expect(')');
    return (item, placeholders) => item[attribute(placeholders)] ?? otherwise(item, placeholders);
  }
  if (reader.peek?.startsWith(':')) {
    const token = reader.take();
    return (_item, { values }) => values[token] ?? reader.fail(`${token}, which has no value`);
  }
  const attribute = readAttribute(reader);
  return (item, placeholders) => item[attribute(placeholders)];
}

/** Compiles `SET a = a - :n, b = :b ADD c :d REMOVE e` and the like. */
export function compileUpdate(source: string): Compiled<Action> {
  const reader = new Reader(source);
  const actions: Action[] = [];
  while (reader.peek !== undefined) {
    const clause = reader.skip(...ACTIONS) ?? reader.fail(reader.peek);
    do {
      actions.push(
        clause === 'SET' ? readSet(reader) : clause === 'ADD' ? readAdd(reader) : readRemove(reader),
      );
    } while (reader.skip(','));
  }
  const run: Action = (item, next, placeholders) => {
    for (const action of actions) action(item, next, placeholders);
  };
  return { run, uses: reader.placeholders };
}

function readSet(reader: Reader): Action {
  const attribute = readAttribute(reader);
  reader.expect('=');
  const left = readOperand(reader);
  const operator = reader.skip('+', '-');
  const right = operator && readOperand(reader);
  return (item, next, placeholders) => {
    const a = left(item, placeholders) ?? missing();
    if (!right) {
      next[attribute(placeholders)] = a;
      return;
    }
    const b = right(item, placeholders) ?? missing();
    next[attribute(placeholders)] = { N: String(Number(a.N) + (operator === '+' ? 1 : -1) * Number(b.N)) };
  };
}

/** The error of the service itself. */
function missing(): never {
  throw Object.assign(
    new Error('The provided expression refers to an attribute that does not exist in the item'),
    { name: 'ValidationException' },
  );
}

function readAdd(reader: Reader): Action {
  const attribute = readAttribute(reader);
  const operand = readOperand(reader);
  return (item, next, placeholders) => {
    const name = attribute(placeholders);
    const [old, added] = [item[name], operand(item, placeholders)];
    if (added?.N !== undefined) next[name] = { N: String(Number(old?.N ?? 0) + Number(added.N)) };
    else if (added?.SS) next[name] = { SS: [...new Set([...(old?.SS ?? []), ...added.SS])] };
    else reader.fail('ADD of what is neither a number nor a set of text');
  };
}

function readRemove(reader: Reader): Action {
  const attribute = readAttribute(reader);
  return (_item, next, placeholders) => {
    delete next[attribute(placeholders)];
  };
}
