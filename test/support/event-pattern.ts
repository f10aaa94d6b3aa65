/** Whether an event matches a rule's pattern, of the kind that lists the values of each field. */

type Pattern = { readonly [field: string]: Pattern | readonly unknown[] };

/** @throws for what is no such pattern: `anything-but`, `prefix`, `$or` … */
export function matches(pattern: unknown, event: unknown): boolean {
  return Object.entries(pattern as Pattern).every(([field, wanted]) => {
    const value: unknown = Object(event)[field];
    if (field.startsWith('$')) throw new Error(`No ${field} is known here`);
    if (!Array.isArray(wanted)) return typeof value === 'object' && matches(wanted, value);
    for (const each of wanted)
      if (typeof each === 'object') throw new Error(`No ${JSON.stringify(each)} is known here`);
    // Of a field with several values, one is enough.
    return [value].flat().some((each) => wanted.includes(each));
  });
}
