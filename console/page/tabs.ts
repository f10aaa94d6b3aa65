// What can stand below the states: the chosen one, all log lines, or what the tables hold.

import { make, show } from './dom';

export type Tab = 'state' | 'logs';

const titles: Record<Tab, string> = { state: 'State', logs: 'All log lines' };

const isTab = (text: string): text is Tab => Object.hasOwn(titles, text);

/** @param text from the address */
export const tabOf = (text: string | undefined): Tab => (text !== undefined && isTab(text) ? text : 'state');

/** @param of what they are tabs of: another has others */
export function showTabs(of: unknown, chosen: Tab, choose: (tab: Tab) => void): void {
  show('tabs', { of, chosen }, () =>
    Object.entries(titles).map(([tab, title]) =>
      make(
        'button',
        {
          'data-focus': tab,
          onclick: () => choose(tabOf(tab)),
          ...(tab === chosen && { 'aria-current': 'true' }),
        },
        title,
      ),
    ),
  );
}
