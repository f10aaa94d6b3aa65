// Makes elements, and replaces what a part of the page shows without losing the reader's place.

type Content = Node | string | undefined | false;

interface Options {
  class?: string;
  title?: string | undefined;
  /** Other attributes. */
  [name: string]: string | (() => void) | undefined;
  onclick?: () => void;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: Options = {},
  ...content: Content[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), options, content);
}

export const drawn = (tag: string, options: Options = {}, ...content: Content[]): SVGElement =>
  filled(document.createElementNS('http://www.w3.org/2000/svg', tag), options, content);

function filled<E extends Element>(element: E, options: Options, content: Content[]): E {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'function') element.addEventListener('click', value);
    else if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...content.filter((each) => each !== undefined && each !== false));
  return element;
}

export function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no part ${id}`);
  return found;
}

/** Executions of the list, visits of the waterfall, states of a graph. */
export const ENTRIES = '.item, .row, .node';

const shown = new Map<string, string>();

/**
 * Replaces the content of a part, unless `state` is what it shows already. The element with the focus gets it back, and
 * what the reader has unfolded stays so: both are known by `data-focus`, of a `details` by that of its summary.
 */
export function show(id: string, state: unknown, content: () => Node[]): void {
  const key = JSON.stringify(state);
  if (shown.get(id) === key) return;
  shown.set(id, key);
  const place = part(id);
  const { scrollTop, scrollLeft } = place;
  const focus = focusOf(place.contains(document.activeElement) ? document.activeElement : null);
  const unfolded = new Set([...place.querySelectorAll('details[open] > summary')].map(focusOf));
  place.replaceChildren(...content());
  for (const summary of place.querySelectorAll('details > summary')) {
    if (unfolded.has(focusOf(summary))) summary.parentElement?.setAttribute('open', '');
  }
  oneStop(place);
  // Unless it stands at its start anyway: this lays out the page at once.
  if (scrollLeft > 0 || scrollTop > 0) place.scrollTo(scrollLeft, scrollTop);
  if (focus !== undefined)
    for (const each of place.querySelectorAll('[data-focus]'))
      if (focusOf(each) === focus && (each instanceof HTMLElement || each instanceof SVGElement))
        each.focus({ preventScroll: true });
}

/** Makes these the content of a place, in this order; what stands there already is not moved, and keeps the focus. */
export function arrange(place: HTMLElement, content: readonly HTMLElement[]): void {
  const wanted = new Set<Node>(content);
  for (const node of [...place.childNodes]) if (!wanted.has(node)) node.remove();
  for (const [index, node] of content.entries()) {
    const there = place.childNodes[index];
    if (there !== node) place.insertBefore(node, there ?? null);
  }
  oneStop(place);
}

/** Tab stops once in a list, at what is chosen or first: the arrow keys lead on (keys.ts). */
export function oneStop(place: HTMLElement): void {
  const entries = [...place.querySelectorAll(ENTRIES)];
  const stop = entries.find((each) => each.matches('.selected, [aria-current="true"]')) ?? entries[0];
  for (const each of entries) each.setAttribute('tabindex', stop?.isSameNode(each) ? '0' : '-1');
}

const focusOf = (element: Element | null): string | undefined =>
  element?.getAttribute('data-focus') ?? undefined;
