/**
 * A value of which not all is known before it runs: the texts that it can be, with `*` for what is not known, and its
 * fields. A list is taken for any of its items.
 */
export interface Shape {
  readonly texts: readonly string[];
  readonly fields: Readonly<Record<string, Shape>>;
}

export const nothing: Shape = { texts: [], fields: {} };
export const unknown: Shape = { texts: ['*'], fields: {} };
export const text = (value: string): Shape => ({ texts: [value], fields: {} });

/** Whatever any of them can be. */
export const anyOf = (shapes: readonly Shape[]): Shape => {
  const fields: Record<string, Shape> = {};
  for (const [name, field] of shapes.flatMap((shape) => Object.entries(shape.fields))) {
    fields[name] = Object.hasOwn(fields, name) ? anyOf([fields[name] ?? nothing, field]) : field;
  }
  return { texts: [...new Set(shapes.flatMap(({ texts }) => texts))], fields };
};

/** The texts of one followed by those of the other. */
export const joined = (left: Shape, right: Shape): Shape => ({
  texts: left.texts.flatMap((start) => right.texts.map((end) => start + end)),
  fields: {},
});
