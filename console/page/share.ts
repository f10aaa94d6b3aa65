// A bar that shows how counts share a whole. The words beside it say the same.

import type { Standing } from '../../bin/history/standing';
import { make } from './dom';

export interface Share {
  /** Gives it its colour. */
  standing: Standing;
  count: number;
}

export function shares(parts: readonly Share[]): HTMLElement {
  const bar = make('span', { class: 'share', 'aria-hidden': 'true' });
  for (const { standing, count } of parts) {
    const part = make('span', { class: standing });
    part.style.setProperty('flex-grow', String(count));
    bar.append(part);
  }
  return bar;
}
