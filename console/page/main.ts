// The page: what is chosen stands in the address, what is shown is asked for again while somebody looks.

import type { ExecutionList, Place, ShownExecution, ShownVisit } from '../model';
import { fragment, readExecution, readList, readPlace } from './api';
import { showDetails } from './details';
import { make, part } from './dom';
import { showGraph, showState } from './graph';
import { onKeys } from './keys';
import { type Filter, type ListActions, showFilters, showList } from './list';
import { showVerdict } from './verdict';
import { showWaterfall } from './waterfall';

let place: Place | undefined;
let list: ExecutionList | undefined;
let execution: ShownExecution | undefined;
/** The visit in the details; a state's last one when only the state is known. */
let visitKey: string | undefined;
let depth = 1;
let filter: Filter = { text: '', workflow: '', outcome: '', page: 0 };
/** Ends the pause before the next question. */
let wake = () => {};

const chosenId = () => fragment().get('execution') ?? undefined;
const chosenState = () => fragment().get('state') ?? undefined;

/** Changes the address: a new entry in the browser's history for another execution, not for another state. */
function go(execution: string | undefined, state?: string): void {
  const next = new URLSearchParams({ token: fragment().get('token') ?? '' });
  if (execution) next.set('execution', execution);
  if (state) next.set('state', state);
  const isOther = execution !== chosenId();
  history[isOther ? 'pushState' : 'replaceState'](null, '', `#${next}`);
  if (isOther) arrived();
  else render();
}

/** Another execution is chosen. */
function arrived(): void {
  visitKey = undefined;
  const id = chosenId();
  if (execution && id !== execution.arn && id !== execution.name) execution = undefined;
  render();
  wake();
}

const open = (id: string) => go(id);
const actions: ListActions = {
  open,
  filter: (change) => {
    filter = { ...filter, ...change };
    render();
    if (change.workflow !== undefined) wake();
  },
  older: () => {
    depth++;
    wake();
  },
};

function chooseState(state: string): void {
  visitKey = undefined;
  go(chosenId(), state);
}

function chooseVisit({ key, state, nested }: ShownVisit): void {
  visitKey = key;
  go(chosenId(), nested ? undefined : state);
  if (execution && !nested) showState(execution, state);
}

function render(): void {
  const id = chosenId();
  document.body.classList.toggle('chosen', id !== undefined);
  if (list) showList(list, filter, id, actions);
  const empty = part('empty');
  part('execution').hidden = !execution;
  empty.hidden = execution !== undefined;
  empty.textContent = id
    ? `Reading ${id}…`
    : 'Choose an execution. What failed stands first; arrow keys move through the list, Enter opens.';
  if (!execution) return;
  document.title = `${execution.outcome} ${execution.name}`;
  const visit = chosenVisit(execution);
  const state = chosenState() ?? (visit?.nested ? undefined : visit?.state);
  showVerdict(execution, () => go(undefined));
  showGraph(execution, state, chooseState);
  showWaterfall(execution, visit?.key, chooseVisit);
  const node = visit?.nested ? undefined : execution.drawing.nodes.find((each) => each.state === state);
  showDetails({ node, visit }, open);
}

function chosenVisit(shown: ShownExecution): ShownVisit | undefined {
  const state = chosenState();
  if (visitKey === undefined && state === undefined) return remarkable(shown);
  return shown.rows.findLast(
    (row): row is ShownVisit =>
      'key' in row && (visitKey === undefined ? !row.nested && row.state === state : row.key === visitKey),
  );
}

/** Asks for what is shown. An execution that has ended is asked for again only when the list says that it changed. */
async function refresh(): Promise<void> {
  if (!place) {
    place = await readPlace();
    showPlace(place);
    showFilters(place, actions);
  }
  const id = chosenId();
  const [nextList] = await Promise.all([
    readList(filter.workflow, depth),
    id === undefined ? undefined : refreshExecution(id),
  ]);
  list = nextList;
}

async function refreshExecution(id: string): Promise<void> {
  const row = list?.executions.find(({ arn, name }) => arn === id || name === id);
  if (execution?.endedAt !== undefined && (!row || row.endedAt === execution.endedAt)) return;
  const isFirst = !execution;
  const read = await readExecution(id);
  if (chosenId() !== id) return;
  execution = read;
  if (isFirst) {
    render();
    const [first] = read.drawing.nodes.filter(({ state }) => read.states[state]);
    const at = chosenState() ?? chosenVisit(read)?.state ?? first?.state;
    if (at) showState(read, at);
  }
}

/** The visit to look at first: what failed or runs, else what was caught last. */
function remarkable({ rows }: ShownExecution): ShownVisit | undefined {
  const visits = rows.filter((row): row is ShownVisit => 'key' in row && row.type !== 'Fail');
  const open = visits.filter(({ standing }) => ['failed', 'waiting', 'running', 'cutOff'].includes(standing));
  return open.at(-1) ?? visits.findLast(({ standing }) => standing === 'caught');
}

function showPlace({ name, stage, account }: Place): void {
  const banner = part('banner');
  if (account) banner.classList.add('real', stage);
  banner.replaceChildren(
    make('strong', {}, account ? `${name}: a real account, ${account.id} in ${account.region}` : name),
    make('span', {}, 'This page only reads.'),
    make('span', { class: 'keys faint' }, '/ search · ↑ ↓ move · c copy the command · Esc back'),
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
onKeys({ back: () => go(undefined) });
void run();
