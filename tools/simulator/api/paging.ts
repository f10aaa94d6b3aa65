// Opaque page tokens: each holds the position of the next page, and the request that it belongs to.
import { ApiError, optionalText, type Request } from './protocol';

/** The position in a request's `nextToken`; undefined on the first page. Throws InvalidToken. */
function readPageToken(request: Request, question: string): number | undefined {
  const token = optionalText(request, 'nextToken', 4096);
  if (token === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(parsed) && parsed[0] === question && typeof parsed[1] === 'number') return parsed[1];
  } catch {
    // Refused below.
  }
  throw new ApiError('InvalidToken', `Invalid Token: 'Invalid token'`);
}

const pageToken = (question: string, position: number): string =>
  Buffer.from(JSON.stringify([question, position])).toString('base64url');

/**
 * One page of `items`, whose positions increase, and the token of the next page if there is one.
 * An item keeps its position, so items that are added meanwhile neither repeat nor hide another.
 */
export function page<T>(
  items: readonly T[],
  options: { request: Request; question: string; size: number; position: (item: T) => number },
): { page: T[]; nextToken: string | undefined } {
  const after = readPageToken(options.request, options.question);
  const rest = after === undefined ? items : items.filter((item) => options.position(item) > after);
  const found = rest.slice(0, options.size);
  const last = found.at(-1);
  const more = rest.length > found.length && last !== undefined;
  return { page: found, nextToken: more ? pageToken(options.question, options.position(last)) : undefined };
}
