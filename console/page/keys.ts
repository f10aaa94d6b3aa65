// Keys: `/` searches, arrows move among rows, `c` copies the command, Escape goes back.

import { copyFirst } from './commands';

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

/** Moves the focus among the rows of a list, also when none has it yet. */
function move(target: Element, by: number): boolean {
  const row = target.closest('.row, .item');
  if (!row && target !== document.body) return false;
  const kind = row?.classList.contains('row') ? '#waterfall .row' : '#list .item';
  const all = [...document.querySelectorAll<HTMLElement>(kind)];
  const index = row ? all.findIndex((each) => each.isSameNode(row)) : -1;
  all[Math.min(Math.max(index + by, 0), all.length - 1)]?.focus();
  return all.length > 0;
}
