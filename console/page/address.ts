// What is chosen stands in the page's address, so that it can be bookmarked and the browser's Back leads to it.

/**
 * `execution`: its name, the order id or its ARN; `definition`: a workflow, a file of statemachines/ or an execution;
 * `compare`: executions, with commas between them; `state`: one of what is chosen; `run`: the ARN of a Map Run of the
 * execution; `tab`: what stands below its states.
 */
export interface Chosen {
  execution?: string | undefined;
  definition?: string | undefined;
  compare?: string | undefined;
  state?: string | undefined;
  run?: string | undefined;
  tab?: string | undefined;
}

const fragment = (): URLSearchParams => new URLSearchParams(location.hash.slice(1));

/** What the server wants to see; it stays in the address, so that reloading works. */
export const token = (): string => fragment().get('token') ?? '';

export const chosen = (): Chosen => Object.fromEntries(fragment());

/**
 * Changes the address: a new entry in the browser's history for another view or execution, not for another state.
 *
 * @returns whether it is a new entry
 */
export function choose({ state, ...view }: Chosen): boolean {
  const before = location.hash;
  const next = new URLSearchParams({ token: token() });
  const add = (name: string, value?: string) => value && next.set(name, value);
  for (const [name, value] of Object.entries(view)) add(name, value);
  const isOther = withoutState(before) !== `${next}`;
  add('state', state);
  history[isOther ? 'pushState' : 'replaceState'](null, '', `#${next}`);
  return isOther;
}

function withoutState(hash: string): string {
  const rest = new URLSearchParams(hash.slice(1));
  rest.delete('state');
  return `${rest}`;
}
