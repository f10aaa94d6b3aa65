// Reads JSON whose shape is not known.

/** Returns the text itself when it is not JSON: a history may cut a large payload off. */
export function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Returns the members of an object, and none for any other value. */
export const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
