// Keys: `/` searches, arrows move in a list or a graph, `m` marks an execution, `=` compares those that are marked, `c`
// copies the command, Escape goes back.

import { copyFirst } from './commands';
import { ENTRIES, part } from './dom';

interface Actions {
  back(): void;
  /** @param execution the one whose row has the focus */
  mark(execution: string | undefined): void;
  compare(): void;
}

export function onKeys({ back, mark, compare }: Actions): void {
  document.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Element)) return;
    if (key === 'Escape') {
      if (target instanceof HTMLInputElement) target.blur();
      else back();
      return;
    }
    if (target.closest('input, select, pre')) return;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      if (move(target, key === 'ArrowDown' ? 1 : -1)) event.preventDefault();
    } else if (key === '/') {
      event.preventDefault();
      const [inView] = document.querySelectorAll<HTMLElement>('#run:not([hidden]) input');
      (inView ?? document.getElementById('search'))?.focus();
    } else if (key === 'c') {
      copyFirst();
    } else if (key === 'm') {
      mark(target.closest('.entry')?.querySelector<HTMLElement>('.item')?.dataset.name);
    } else if (key === '=') {
      compare();
    }
  });
}

/** Moves the focus among the entries of its part of the page, or into the list of executions when none has it. */
function move(target: Element, by: number): boolean {
  const entry = target.closest(ENTRIES);
  if (!entry && target !== document.body) return false;
  const place = entry?.closest('[id]') ?? part('list');
  const all = [...place.querySelectorAll<HTMLElement | SVGElement>(ENTRIES)];
  const index = all.findIndex((each) => each.isSameNode(entry));
  all[Math.min(Math.max(index + by, 0), all.length - 1)]?.focus();
  return all.length > 0;
}
