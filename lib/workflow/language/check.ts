/** Building blocks for the checks of a definition's fields. */
import { isObject, type Json } from '../json';
import { isExpression } from './expressions';

/** Returns the problems of a value, as sentences that start with `at`: the state, and the field within it. */
export type Check = (value: Json, at: string) => string[];

export const must =
  (be: string, test: (value: Json) => boolean): Check =>
  (value, at) =>
    test(value) ? [] : [`${at} must be ${be}.`];

export const mayBeExpression = (be: string, test: (value: Json) => boolean): Check =>
  must(`${be} or an expression ("{% … %}")`, (value) => isExpression(value) || test(value));

export const anything: Check = () => [];

export const text = must('a text', (value) => typeof value === 'string');

export const oneOf = (...texts: string[]): Check =>
  must(texts.join(' or '), (value) => typeof value === 'string' && texts.includes(value));

const isWholeNumber = (value: Json, least: number, most: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;

const range = (least: number, most: number) =>
  Number.isFinite(most) ? `from ${least} to ${most}` : `of at least ${least}`;

export const wholeNumber = (least: number, most = Number.POSITIVE_INFINITY): Check =>
  must(`a whole number ${range(least, most)}`, (value) => isWholeNumber(value, least, most));

export const wholeNumberOrExpression = (least: number, most = Number.POSITIVE_INFINITY): Check =>
  mayBeExpression(`a whole number ${range(least, most)}`, (value) => isWholeNumber(value, least, most));

export const list =
  (item: Check, least = 0): Check =>
  (value, at) => {
    if (!Array.isArray(value)) return [`${at} must be a list.`];
    if (value.length < least) return [`${at} must not be empty.`];
    return value.flatMap((inner, index) => item(inner, `${at}[${index}]`));
  };

type Fields = Readonly<Record<string, Check>>;

/** An object with these fields and no others. */
export const object =
  (required: Fields, optional: Fields = {}): Check =>
  (value, at) => {
    if (!isObject(value)) return [`${at} must be an object.`];
    const missing = Object.keys(required).filter((name) => value[name] === undefined);
    return [
      ...missing.map((name) => `${at} has no ${name}.`),
      ...Object.entries(value).flatMap(([name, inner]) => {
        if (inner === undefined) return [];
        const fields = Object.hasOwn(required, name) ? required : optional;
        const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
        return check ? check(inner, `${at}.${name}`) : [unknownField(name, at)];
      }),
    ];
  };

/** Runs one check after another on the same value. */
export const all =
  (...checks: Check[]): Check =>
  (value, at) =>
    checks.flatMap((check) => check(value, at));

export const exactlyOneOf =
  (...names: [string, string]): Check =>
  (value, at) => {
    if (!isObject(value)) return [];
    const found = names.filter((name) => value[name] !== undefined && value[name] !== false);
    return found.length === 1 ? [] : [`${at} must have either ${names.join(' or ')}.`];
  };

/** The replacement in JSONata for each field of JSONPath. AWS refuses the latter with JSONata. */
const insteadOf: Readonly<Record<string, string>> = {
  InputPath: 'Arguments or Output',
  ItemsPath: 'Items',
  OutputPath: 'Output',
  Parameters: 'Arguments, or ItemSelector of a Map',
  Result: 'Output',
  ResultPath: 'Output',
  ResultSelector: 'Output',
  Variable: 'Condition',
};

const withoutPath =
  /^(TimeoutSeconds|HeartbeatSeconds|Seconds|Timestamp|MaxConcurrency|Error|Cause|MaxItems|MaxItemsPerBatch|MaxInputBytesPerBatch|ToleratedFailure(?:Count|Percentage))Path$/;

const unknownField = (name: string, at: string): string => {
  const instead = Object.hasOwn(insteadOf, name) ? insteadOf[name] : withoutPath.exec(name)?.[1];
  return instead
    ? `${at} has ${name}, a field of JSONPath. Use ${instead}.`
    : `${at} has the field ${name}, which AWS does not take there.`;
};
