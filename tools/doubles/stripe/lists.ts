/** Pages of lists, newest first. https://docs.stripe.com/api/pagination */
import { allowOnly, integer, type Params, text } from './params';
import { invalidParameter, noSuch } from './protocol';

interface Listed {
  id: string;
  /** Unix time in seconds. */
  created: number;
}

const LIST_PARAMS = ['created', 'limit', 'starting_after'];

const COMPARISONS: Record<string, (created: number, bound: number) => boolean> = {
  gt: (created, bound) => created > bound,
  gte: (created, bound) => created >= bound,
  lt: (created, bound) => created < bound,
  lte: (created, bound) => created <= bound,
};

/**
 * One page of `all`, which must be sorted oldest first.
 *
 * @param filters the fields that must equal the parameter of the same name, if that is present
 */
export function page<Item extends Listed>(
  all: readonly Item[],
  params: Params,
  { url, object, filters }: { url: string; object: string; filters: readonly (keyof Item & string)[] },
) {
  allowOnly(params, [...LIST_PARAMS, ...filters]);
  const limit = integer(params, 'limit') ?? 10;
  if (limit < 1 || limit > 100) {
    throw invalidParameter('limit', 'This value must be from 1 to 100.', 'parameter_invalid_integer');
  }
  const matching = all
    .filter((item) => filters.every((name) => (text(params, name) ?? item[name]) === item[name]))
    .filter(wasCreated(params))
    .reverse();

  const after = text(params, 'starting_after');
  // The object that a page starts after need not match the filters, but it must exist.
  const last = after === undefined ? undefined : all.findIndex(({ id }) => id === after);
  if (last === -1) throw noSuch(object, after ?? '', 'starting_after');
  const older = new Set(last === undefined ? all : all.slice(0, last));
  const rest = matching.filter((item) => older.has(item));
  return { object: 'list', url, has_more: rest.length > limit, data: rest.slice(0, limit) };
}

/** `created=1` is that second; `created[gte]=1` and the like are bounds. */
function wasCreated(params: Params): (item: Listed) => boolean {
  const { created: given } = params;
  if (given === undefined || typeof given === 'string') {
    const at = integer(params, 'created');
    return ({ created }) => at === undefined || created === at;
  }
  allowOnly(given, Object.keys(COMPARISONS));
  const bounds = Object.entries(COMPARISONS).map(([name, compare]) => ({
    compare,
    bound: integer(given, name),
  }));
  return ({ created }) =>
    bounds.every(({ compare, bound }) => bound === undefined || compare(created, bound));
}
