/** Narrows a field that the SDK's types call optional although the service always sends it. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Step Functions left out a field that it always sends');
  return value;
}
