// JSON from elsewhere, of which nothing is known.

/** Histories may leave data out, and a large payload may be cut: then the text itself has to do. */
export function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Its members, or none when it is no object. */
export const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
