// Keys: `/` searches, arrows move in a list or a graph, `c` copies the command, Escape goes back.

import { copyFirst } from './commands';
import { ENTRIES, part } from './dom';

export function onKeys({ back }: { back: () => void }): void {
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
