// The page: the list of executions, and beside it the view that the address chooses. What is shown is asked for again
// while somebody looks.

import type { ExecutionList, Place } from '../model';
import { type Chosen, choose, chosen } from './address';
import { readList, readPlace } from './api';
import { comparisonView } from './comparison';
import { definitionView } from './definition';
import { make, part } from './dom';
import { executionView } from './execution';
import { onKeys } from './keys';
import { type Filter, type ListActions, showFilters, showList } from './list';
import { Marks, showMarks } from './marks';
import { overviewView } from './overview';
import { runView } from './run';
import type { View } from './view';

let place: Place | undefined;
let list: ExecutionList | undefined;
let depth = 1;
let filter: Filter = { text: '', workflow: '', outcome: '', page: 0 };
/** Ends the pause before the next question. */
let wake = () => {};

function go(to: Chosen): void {
  if (choose(to)) arrived();
  else render();
}

/** Something else is chosen. */
function arrived(): void {
  render();
  wake();
}

const marks = new Marks(render);

/** On a narrow screen the list, from which to mark another, is shown by itself. */
function markShown(execution: string): void {
  marks.toggle(execution);
  if (getComputedStyle(part('side')).display === 'none') go({});
}

function compare(): void {
  if (marks.all.length > 1) go({ compare: marks.all.join(',') });
}

/** Shown when the address chooses nothing. */
const overview = overviewView({ go, render });
const views: readonly View[] = [
  runView({ go, render }),
  executionView({ go, render }, { list: () => list, mark: markShown }),
  definitionView({ go, render }),
  comparisonView({ go, render }),
  overview,
];
const viewOf = (at: Chosen): View => views.find((each) => each.isChosen(at)) ?? overview;

const actions: ListActions = {
  open: (execution) => go({ execution }),
  filter: (change) => {
    filter = { ...filter, ...change };
    render();
    if (change.workflow !== undefined) wake();
  },
  mark: (execution) => marks.toggle(execution),
  older: () => {
    depth++;
    wake();
  },
};

function render(): void {
  const at = chosen();
  const view = viewOf(at);
  document.body.classList.toggle('chosen', view !== overview);
  if (list) showList(list, filter, { chosen: at.execution, marked: marks.all }, actions);
  showMarks(marks, compare);
  // Shown before it is rendered, because the graph is as wide as there is space.
  for (const { id } of views) part(id).hidden = id !== view.id;
  const isShown = view.render(at);
  if (!isShown) part(view.id).hidden = true;
  const empty = part('empty');
  empty.hidden = isShown;
  empty.textContent = view.waiting(at);
}

async function refresh(): Promise<void> {
  if (!place) {
    place = await readPlace();
    showPlace(place);
    showFilters(place, actions);
  }
  const at = chosen();
  await Promise.all([
    readList(filter.workflow, depth).then((next) => {
      list = next;
      render();
    }),
    viewOf(at).refresh(at),
  ]);
}

function showPlace({ name, stage, account, filesOnly }: Place): void {
  const banner = part('banner');
  document.body.classList.toggle('files', filesOnly === true);
  if (account) banner.classList.add('real', stage);
  banner.replaceChildren(
    make('strong', {}, account ? `${name}: a real account, ${account.id} in ${account.region}` : name),
    make('span', {}, 'This page only reads.'),
    make(
      'button',
      { id: 'definitions', class: 'link', onclick: () => go({ definition: filter.workflow || 'order' }) },
      'definitions',
    ),
    make(
      'span',
      { class: 'keys faint' },
      '/ search · ↑ ↓ move · m mark, = compare · c copy the command · Esc back',
    ),
  );
}

async function run(): Promise<void> {
  for (;;) {
    let pause = place?.pollMilliseconds ?? 1_000;
    try {
      await refresh();
      say('');
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
      pause *= 5;
    }
    render();
    await paused(pause);
    await watched();
  }
}

const paused = (milliseconds: number) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });

/** Resolves once somebody looks at the page. */
const watched = () =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    look();
  });

function say(problem: string): void {
  const place = part('problem');
  place.hidden = problem === '';
  if (place.textContent !== problem) place.textContent = problem;
}

window.addEventListener('popstate', arrived);
window.addEventListener('hashchange', arrived);
window.addEventListener('resize', render);
onKeys({
  back: () => place?.filesOnly || go({}),
  mark: (execution = chosen().execution) => execution !== undefined && markShown(execution),
  compare,
});
// Until there is an answer, it says what it waits for.
render();
void run();
