// Executions that the reader marks to see them side by side.

import { letterOf } from './comparison';
import { make, show } from './dom';

/** The most that the server compares. */
const MOST = 4;

export class Marks {
  private readonly names: string[] = [];

  constructor(private readonly changed: () => void) {}

  /** In the order in which they were marked. */
  get all(): readonly string[] {
    return this.names;
  }

  /** Marks it, or takes the mark away. */
  toggle(name: string): void {
    const index = this.names.indexOf(name);
    if (index >= 0) this.names.splice(index, 1);
    else if (this.names.length < MOST) this.names.push(name);
    this.changed();
  }

  clear(): void {
    this.names.length = 0;
    this.changed();
  }
}

/** Shows what is marked above the list. */
export function showMarks(marks: Marks, compare: () => void): void {
  show('marks', marks.all, () => {
    if (marks.all.length === 0) return [];
    const names = marks.all.map((name, index) => `${letterOf(index)} ${name}`).join(', ');
    return [
      make('span', {}, `${names}${marks.all.length === MOST ? ` (no more than ${MOST})` : ''}`),
      marks.all.length === 1
        ? make('span', { class: 'faint' }, 'Mark another: ⇄ or m.')
        : make('button', { onclick: compare, 'data-focus': 'compare', title: '=' }, 'Compare ='),
      make('button', { onclick: () => marks.clear(), 'data-focus': 'clear' }, 'Clear'),
    ];
  });
}
