/**
 * What is known of a value before the program runs: the strings that it can be, with `*` for unknown parts, and its
 * fields. A list is treated as any one of its items.
 */
export interface Shape {
  readonly texts: readonly string[];
  readonly fields: Readonly<Record<string, Shape>>;
}

export const nothing: Shape = { texts: [], fields: {} };
export const unknown: Shape = { texts: ['*'], fields: {} };
export const text = (value: string): Shape => ({ texts: [value], fields: {} });

/** A value that can be any of these. */
export const anyOf = (shapes: readonly Shape[]): Shape => {
  const fields: Record<string, Shape> = {};
  for (const [name, field] of shapes.flatMap((shape) => Object.entries(shape.fields))) {
    fields[name] = Object.hasOwn(fields, name) ? anyOf([fields[name] ?? nothing, field]) : field;
  }
  return { texts: [...new Set(shapes.flatMap(({ texts }) => texts))], fields };
};

/** The concatenation of two strings. */
export const joined = (left: Shape, right: Shape): Shape => ({
  texts: left.texts.flatMap((start) => right.texts.map((end) => start + end)),
  fields: {},
});
