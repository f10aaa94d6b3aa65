// What can stand below the states: the chosen one, all log lines, or the execution's records.

import { make, show } from './dom';

export type Tab = 'state' | 'logs' | 'records';

const titles: Record<Tab, string> = { state: 'State', logs: 'All log lines', records: 'Records' };

const isTab = (text: string): text is Tab => Object.hasOwn(titles, text);

/** @param text from the address; @param usual without one there */
export const tabOf = (text: string | undefined, usual: Tab): Tab =>
  text !== undefined && isTab(text) ? text : usual;

/** @param of what they are tabs of: another has others */
export function showTabs(
  of: { hasRecords: boolean; [more: string]: unknown },
  chosen: Tab,
  choose: (tab: Tab) => void,
): void {
  const shown = Object.entries(titles).filter(([tab]) => tab !== 'records' || of.hasRecords);
  show('tabs', { of, chosen }, () =>
    shown.map(([tab, title]) =>
      make(
        'button',
        {
          class: 'tab',
          'data-focus': tab,
          onclick: () => choose(tabOf(tab, chosen)),
          ...(tab === chosen && { 'aria-current': 'true' }),
        },
        title,
      ),
    ),
  );
}
