// Formats values for people at a terminal.

/**
 * Returns one line without control characters. Errors and inputs come from outside, and an escape sequence in them
 * must not reach the terminal.
 */
export const plain = (text: unknown): string =>
  String(text)
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim();

/** Cuts the text to at most `width` characters, and ends it with `…` when something was cut. */
export const clip = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0))}…`;

/** `230 ms`, `4.2 s`, `3 min 12 s`, `2 h 5 min`, `4 d 3 h`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return two(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** The same without seconds, for what people wait for: `less than a minute`, `3 min`, `2 h 5 min`. */
export const roughly = (milliseconds: number): string =>
  milliseconds < 60_000 ? 'less than a minute' : duration(Math.floor(milliseconds / 60_000) * 60_000);

const two = (large: number, largeUnit: string, small: number, smallUnit: string) =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;

/** `2026-11-22 20:14:03 UTC`: in UTC, so that readers everywhere see the same. */
export const moment = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** Minor units as money: 2499 eur is `24.99 EUR`, 500 jpy is `500 JPY`. */
export function money(amount: number, currency: string): string {
  const code = plain(currency).toUpperCase();
  if (!/^[A-Z]{3}$/.test(code)) return `${amount} ${code}`;
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions();
  const decimals = digits.maximumFractionDigits ?? 2;
  return `${(amount / 10 ** decimals).toFixed(decimals)} ${code}`;
}
