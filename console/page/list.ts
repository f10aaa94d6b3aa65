// The list of executions: search, filters, pages.

import { clip, duration } from '../../bin/terminal/text';
import type { ExecutionList, ListedExecution, Place } from '../model';
import { letterOf } from './comparison';
import { make, part, show } from './dom';
import { signs, toneOf } from './signs';

const PER_PAGE = 50;

/** What the reader has chosen to see. */
export interface Filter {
  text: string;
  workflow: string;
  outcome: string;
  page: number;
}

export interface ListActions {
  open(execution: string): void;
  filter(change: Partial<Filter>): void;
  /** Marks an execution to be compared, or takes the mark away. */
  mark(execution: string): void;
  /** Reads older executions. */
  older(): void;
}

export function showFilters(place: Place, actions: ListActions): void {
  const search = make('input', {
    id: 'search',
    type: 'search',
    placeholder: 'Name, order id, reason…',
    'aria-label': 'Search executions; Enter opens the one of this name',
  });
  search.addEventListener('input', () => actions.filter({ text: search.value, page: 0 }));
  search.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter' && search.value.trim() !== '') actions.open(search.value.trim());
    if (key === 'ArrowDown') document.querySelector<HTMLElement>('#list .item')?.focus();
  });
  const workflow = choice('Workflow', 'workflow', place.workflows);
  workflow.addEventListener('change', () => actions.filter({ workflow: workflow.value, page: 0 }));
  const outcome = choice('Outcome', 'outcome', []);
  outcome.id = 'outcome';
  outcome.addEventListener('change', () => actions.filter({ outcome: outcome.value, page: 0 }));
  part('filters').replaceChildren(search, workflow, outcome);
}

function choice(label: string, all: string, values: readonly string[]): HTMLSelectElement {
  return make('select', { 'aria-label': label }, ...optionsOf(all, values));
}

const optionsOf = (all: string, values: readonly string[]) => [
  make('option', { value: '' }, all),
  ...values.map((value) => make('option', { value }, value)),
];

/** Executions by name, or the chosen one by its ARN. */
interface Pointed {
  chosen: string | undefined;
  marked: readonly string[];
}

export function showList(
  list: ExecutionList,
  filter: Filter,
  { chosen, marked }: Pointed,
  actions: ListActions,
): void {
  offerOutcomes(list, filter.outcome);
  const found = list.executions.filter((each) => matches(each, filter));
  const pages = Math.max(1, Math.ceil(found.length / PER_PAGE));
  const page = Math.min(filter.page, pages - 1);
  const rows = found.slice(page * PER_PAGE, (page + 1) * PER_PAGE);
  show('list', { rows, page, pages, chosen, marked, hasOlder: list.hasOlder, total: found.length }, () => {
    if (found.length === 0) return [make('p', { class: 'none faint' }, nothing(list, filter)), pager()];
    return [...grouped(rows, { chosen, marked }, actions), pager()];
  });

  function pager(): HTMLElement {
    const turn = (label: string, to: number) =>
      make('button', { onclick: () => actions.filter({ page: to }), 'data-focus': label, ...off(to) }, label);
    const off = (to: number) => (to < 0 || to >= pages ? { disabled: '' } : {});
    return make(
      'div',
      { class: 'pages' },
      pages > 1 && turn('‹ newer', page - 1),
      make('span', { class: 'faint' }, pages > 1 ? `page ${page + 1} of ${pages}` : `${found.length} shown`),
      pages > 1 && turn('older ›', page + 1),
      list.hasOlder &&
        page === pages - 1 &&
        make('button', { onclick: actions.older, 'data-focus': 'load' }, 'Read older ones'),
    );
  }
}

function offerOutcomes(list: ExecutionList, chosen: string): void {
  const values = [...new Set([...list.executions.map(({ outcome }) => outcome), chosen])]
    .filter(Boolean)
    .sort();
  show('outcome', values, () => optionsOf('outcome', values));
  const select = part('outcome');
  if (select instanceof HTMLSelectElement) select.value = chosen;
}

function matches(each: ListedExecution, { text, workflow, outcome }: Filter): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const content = `${each.name} ${each.outcome} ${each.why}`.toLowerCase();
  return (
    (workflow === '' || each.workflow === workflow) &&
    (outcome === '' || each.outcome === outcome) &&
    words.every((word) => content.includes(word))
  );
}

const nothing = ({ executions }: ExecutionList, { text }: Filter): string => {
  if (executions.length === 0)
    return 'Nothing has run yet. Start an order: npm run workflows -- start order --input tools/local/samples/order.json';
  return text === ''
    ? 'There is no such execution.'
    : 'None of those that are read. Enter opens the one of this name.';
};

const titles = { failed: 'Failed', running: 'Running', ended: 'Ended' };

function grouped(rows: readonly ListedExecution[], pointed: Pointed, actions: ListActions): Node[] {
  let last = '';
  return rows.flatMap((row) => {
    const group = titles[row.failed ? 'failed' : row.endedAt === undefined ? 'running' : 'ended'];
    const title = group === last ? [] : [make('h2', {}, group)];
    last = group;
    return [...title, entry(row, pointed, actions)];
  });
}

function entry(row: ListedExecution, { chosen, marked }: Pointed, actions: ListActions): HTMLElement {
  const mark = marked.indexOf(row.name);
  return make(
    'div',
    { class: 'entry' },
    item(row, row.arn === chosen || row.name === chosen, actions),
    make(
      'button',
      {
        class: 'tick',
        // With keys it is m.
        tabindex: '-1',
        'data-focus': `mark ${row.arn}`,
        'aria-label': `Compare ${row.name}`,
        'aria-pressed': String(mark >= 0),
        title: 'Mark to compare: m',
        onclick: () => actions.mark(row.name),
      },
      mark < 0 ? '⇄' : letterOf(mark),
    ),
  );
}

function item(row: ListedExecution, isChosen: boolean, { open }: ListActions): HTMLElement {
  const tone = toneOf(row);
  const took = row.endedAt === undefined ? 'runs' : duration(row.endedAt - row.startedAt);
  const left = row.undone === undefined ? '' : row.undone ? ', undone' : ', half-way';
  return make(
    'button',
    {
      class: `item ${tone}`,
      'data-focus': row.arn,
      'data-name': row.name,
      title: row.why || undefined,
      onclick: () => open(row.name),
      ...(isChosen && { 'aria-current': 'true' }),
    },
    make(
      'span',
      { class: 'name' },
      make('span', {}, row.name),
      make('span', { class: 'faint' }, clock(row.startedAt)),
    ),
    make(
      'span',
      { class: 'more' },
      make('span', { class: 'sign' }, `${signs[tone].sign} ${row.outcome}${left}`),
      make('span', { class: 'faint' }, took),
    ),
    row.why !== '' && make('span', { class: 'why' }, clip(row.why, 120)),
  );
}

/** `14:36:39` of today, else `11-27 14:36`; in UTC as everywhere. */
function clock(at: number): string {
  const text = new Date(at).toISOString();
  return text.slice(0, 10) === new Date().toISOString().slice(0, 10)
    ? text.slice(11, 19)
    : text.slice(5, 16).replace('T', ' ');
}
