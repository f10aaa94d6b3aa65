/** The SDK types every field of an answer as optional; this is for those that the service always sends. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Step Functions left out a field that it always sends');
  return value;
}
