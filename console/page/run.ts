// The view of a Map Run: the orders of an import and the batches that started them, one page at a time.

import type { RunPage, RunQuery, ShownBatch } from '../model';
import type { Chosen } from './address';
import { readBatch, readRun } from './api';
import { counts } from './counts';
import { make, part, show } from './dom';
import { batchTable, kindWord, orderTable } from './run-rows';
import type { Going, View } from './view';

export function runView({ go, render }: Going): View {
  let query: RunQuery = { id: '', text: '', kind: '', page: 0 };
  let shown: RunPage | undefined;
  let problem = '';
  /** What the batches that are open have. */
  const opened = new Map<string, ShownBatch>();

  /** Asks for what the reader wants to see now. */
  async function load(): Promise<void> {
    const asked = query;
    const answer = await readRun(asked);
    if (asked !== query) return;
    shown = answer;
    problem = '';
  }

  /** Not in the rhythm of polling, because somebody waits for it. */
  async function change(to: Partial<RunQuery>): Promise<void> {
    query = { ...query, page: 0, ...to };
    await said(load());
  }

  async function toggle(arn: string): Promise<void> {
    if (!opened.delete(arn)) await said(readBatch(arn).then((batch) => opened.set(arn, batch)));
    render();
  }

  async function said(work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => {
      problem = error instanceof Error ? error.message : String(error);
    });
    render();
  }

  return {
    id: 'run',
    isChosen: ({ run }) => run !== undefined,
    waiting: () => 'Reading the Map Run…',

    /** Once it has ended, and its orders have, nothing changes. */
    async refresh({ run: id = '' }) {
      if (query.id !== id) {
        query = { id, text: '', kind: '', page: 0 };
        shown = undefined;
        opened.clear();
        showFilters();
      }
      if (shown?.run.endedAt !== undefined && !shown.orders.some(({ stands }) => stands && isOpen(stands)))
        return;
      await load();
      render();
    },

    render({ run: id }: Chosen) {
      if (!shown || shown.run.arn !== id) return false;
      const { run, of, kinds } = shown;
      const name = run.executionArn.split(':').at(-1) ?? '';
      document.title = `${run.state} of ${name}`;
      show('run-head', run, () => [
        make('button', { onclick: () => go({ execution: name }), 'data-focus': 'import' }, `‹ ${name}`),
        make('div', { class: 'map-run' }, ...counts(run)),
      ]);
      for (const each of ['orders', 'batches'] as const)
        part(`run-${each}`).setAttribute('aria-pressed', String(each === of));
      offerKinds(kinds, query.kind);
      showRows(shown);
      return true;
    },
  };

  function showFilters(): void {
    const search = make('input', {
      type: 'search',
      id: 'run-search',
      placeholder: 'Order id, line, batch, reason…',
      'aria-label': 'Search the orders or batches of this run',
    });
    search.addEventListener('input', () => void change({ text: search.value }));
    const kind = make('select', { id: 'run-kind', 'aria-label': 'How it stands' });
    kind.addEventListener('change', () => void change({ kind: kind.value }));
    const tab = (of: 'orders' | 'batches', label: string) =>
      make('button', { id: `run-${of}`, onclick: () => void change({ of, kind: '' }) }, label);
    part('run-filters').replaceChildren(tab('orders', 'Orders'), tab('batches', 'Batches'), search, kind);
  }

  function showRows(page: RunPage): void {
    const { orders, batches } = page;
    show('run-rows', [page, problem, [...opened]], () => [
      ...[problem, page.problem ?? ''].filter(Boolean).map((text) => make('p', { class: 'none' }, text)),
      ...(orders.length > 0 ? [orderTable(orders, (execution) => go({ execution }))] : []),
      ...(batches.length > 0
        ? [
            batchTable(batches, {
              opened,
              toggle: (arn) => void toggle(arn),
              open: (execution) => go({ execution }),
            }),
          ]
        : []),
      pager(page),
    ]);
  }

  function pager({ found, page, pages }: RunPage): HTMLElement {
    const turn = (label: string, to: number) =>
      make(
        'button',
        {
          onclick: () => void change({ page: to }),
          'data-focus': label,
          ...((to < 0 || to >= pages) && { disabled: '' }),
        },
        label,
      );
    return make(
      'div',
      { class: 'pages' },
      turn('‹ back', page - 1),
      make('span', { class: 'faint', role: 'status' }, `${found} found · page ${page + 1} of ${pages}`),
      turn('on ›', page + 1),
    );
  }
}

const isOpen = ({ outcome }: { outcome: string }) => outcome === 'RUNNING' || outcome === 'PENDING_REDRIVE';

function offerKinds(kinds: Record<string, number>, chosen: string): void {
  const all = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  show('run-kind', kinds, () => [
    make('option', { value: '' }, `all ${all}`),
    ...Object.entries(kinds).map(([kind, count]) =>
      make('option', { value: kind }, `${count} ${kindWord(kind)}`),
    ),
  ]);
  const select = part('run-kind');
  if (select instanceof HTMLSelectElement) select.value = chosen;
}
