// Masks task tokens: whoever has one can answer for the reviewer, and AWS records them in histories.

const MASK = '(masked)';

const keys = /^task_?token$/i;

/** A token beside its key inside of text, such as the JSON in an error's cause. */
const inText = /(task_?token\\*["']?\s*[:=]\s*\\*["']?)[\w+/=.-]{16,}/gi;

/** For JSON.stringify: the member's value, without tokens. */
export function maskingTokens(key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return keys.test(key) ? MASK : value.replace(inText, `$1${MASK}`);
}

/** A copy of a value from JSON, without tokens. */
export const withoutTokens = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value, maskingTokens));
