/** The possible values of a program, including functions. */
import { anyOf, nothing, type Shape, unknown } from './shapes';

export interface Value extends Shape {
  readonly fields: Readonly<Record<string, Value>>;
  readonly functions?: readonly Callable[];
  /** Whether it is `process.env`. */
  readonly isEnvironment?: boolean;
}

type Callable = (args: readonly Value[]) => Value;

export const environment: Value = { ...nothing, isEnvironment: true };

export const withField = (name: string, value: Value): Value => ({ texts: [], fields: { [name]: value } });

/** Calls a value. A function outside the program may call its callbacks, so these are called. */
export const callOf = (
  { functions = [] }: Value,
  args: readonly Value[],
  receiver: Value = nothing,
): Value => {
  if (functions.length > 0) return anyValueOf(functions.map((fn) => fn(args)));
  const callbacks = args.flatMap((arg) => arg.functions ?? []);
  const results = callbacks.map((callback) => callback([receiver, unknown, unknown]));
  // The result may be a wrapper of a callback.
  return anyValueOf([unknown, receiver, ...results, { ...nothing, functions: callbacks }]);
};

/** A value that can be any of these. */
export const anyValueOf = (values: readonly Value[]): Value => {
  const names = new Set(values.flatMap(({ fields }) => Object.keys(fields)));
  const fieldOf = (name: string) =>
    anyValueOf(values.flatMap(({ fields }) => (Object.hasOwn(fields, name) ? (fields[name] ?? []) : [])));
  return {
    texts: anyOf(values.map(({ texts }) => ({ texts, fields: {} }))).texts,
    fields: Object.fromEntries([...names].map((name) => [name, fieldOf(name)])),
    isEnvironment: values.some(({ isEnvironment }) => isEnvironment),
    functions: [...new Set(values.flatMap(({ functions = [] }) => functions))],
  };
};
