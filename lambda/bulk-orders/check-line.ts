/** Checks a line of an import: it must be an order that ValidateOrder accepts, and must not repeat an earlier line's. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../contracts/canonical-json';
import type { Problem } from '../../contracts/types';
import { checkOrder, type OrderRules } from '../order-processing/order';

/** A valid order has at most some 15 KB. This limit keeps a line within an execution's input. */
export const MAX_LINE_BYTES = 200_000;

export type CheckedLine =
  /** `order` is byte for byte the input with which the client library would start the order. */
  { orderId: string; order: string } | { problems: Problem[] };

/** Makes a check for the lines of one file, which must come in order. */
export function createLineChecker(rules: OrderRules) {
  const seen = new Map<string, { line: number; hash: string }>();
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  /** Returns undefined for a blank line. Pass no bytes for a line that is too long. */
  return (line: number, bytes: Uint8Array | undefined): CheckedLine | undefined => {
    if (!bytes) return ofLine(`is longer than ${MAX_LINE_BYTES} bytes`);
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      return ofLine('is not UTF-8 text');
    }
    if (text.trim() === '') return undefined;

    const parsed = parse(text);
    if (!parsed) return ofLine('is not JSON');
    const checked = checkOrder(parsed.value, rules);
    if ('problems' in checked) return checked;

    const { orderId } = checked.order;
    const order = canonicalJson(parsed.value);
    const hash = createHash('sha256').update(order).digest('base64');
    const first = seen.get(orderId);
    if (first) {
      const what = first.hash === hash ? 'is the same order as' : 'is also that of another order on';
      return { problems: [{ path: 'orderId', message: `${what} line ${first.line}` }] };
    }
    seen.set(orderId, { line, hash });
    return { orderId, order };
  };
}

/** A problem with the line as a whole. */
const ofLine = (message: string) => ({ problems: [{ path: '', message }] });

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // The error's own message would quote the line, and with it personal data.
    return undefined;
  }
}
