// What became of the executions of the last day, and which versions of the workflows are started.

import { moment, roughly } from '../../bin/terminal/text';
import type { CountedOutcome, Health, WorkflowOutcomes } from '../model';
import { make, show } from './dom';
import { troubles } from './now';
import { shares } from './share';
import { signs, toneOf } from './signs';

export function showFigures({ outcomes, versions }: Health): void {
  const minute = Math.floor(Date.now() / 60_000);
  show('figures', { outcomes, versions, minute }, () => [
    make(
      'section',
      { 'aria-label': 'Outcomes' },
      make('h2', {}, 'Started in the last 24 hours, and what became of them'),
      make(
        'p',
        { class: 'faint' },
        `All that were started since ${moment(new Date(outcomes.since))}, counted from the list of executions. Columns: by the hour of the start.`,
      ),
      ...troubles(outcomes.problems),
      ...outcomes.found.map((each) => counted(each, outcomes.since)),
    ),
    make(
      'section',
      { 'aria-label': 'Versions' },
      make('h2', {}, 'Versions'),
      ...troubles(versions.problems),
      versions.found.length > 0 && table(versions.found),
    ),
  ]);
}

function counted(
  { workflow, started, outcomes, unread, hours }: WorkflowOutcomes,
  since: number,
): HTMLElement {
  const parts = [
    ...outcomes.map((each) => ({ ...each, standing: toneOf(each), word: wordOf(each) })),
    ...(unread > 0
      ? [{ count: unread, standing: 'done' as const, word: 'SUCCEEDED, outcome not read yet' }]
      : []),
  ];
  return make(
    'div',
    { class: 'count' },
    make('div', {}, make('strong', {}, workflow), make('span', { class: 'faint' }, ` ${started}`)),
    make(
      'div',
      {},
      started > 0 && shares(parts),
      make(
        'div',
        { class: 'words' },
        ...parts.map(({ standing, count, word }) =>
          make(
            'span',
            { class: standing },
            make('span', { class: 'sign' }, `${signs[standing].sign} ${count}`),
            ` ${word}`,
          ),
        ),
        started === 0 && make('span', { class: 'faint' }, 'none was started'),
      ),
    ),
    started > 0 ? perHour(hours, since) : make('span'),
  );
}

const wordOf = ({ outcome, undone }: CountedOutcome): string =>
  undone === undefined ? outcome : `${outcome}, ${undone ? 'undone' : 'half-way'}`;

const HOUR = 3_600_000;

/** A column for each hour, as high as its share of the busiest. */
function perHour(hours: WorkflowOutcomes['hours'], since: number): HTMLElement {
  const most = Math.max(1, ...hours.map(({ started }) => started));
  const clock = (index: number) => `${new Date(since + index * HOUR).toISOString().slice(11, 13)}:00`;
  const busiest = hours.findIndex(({ started }) => started === most);
  const part = (name: string, count: number) => {
    const element = make('span', { class: name });
    element.style.setProperty('height', `${(count / most) * 100}%`);
    return count > 0 && element;
  };
  return make(
    'div',
    {
      class: 'hours',
      role: 'img',
      'aria-label': `Started by the hour: the most, ${most}, in that of ${clock(busiest)} UTC`,
    },
    ...hours.map(({ started, failed }, index) =>
      make(
        'span',
        {
          title: `from ${clock(index)} UTC: ${started} started${failed > 0 ? `, ${failed} of them failed` : ''}`,
        },
        part('good', started - failed),
        part('bad', failed),
      ),
    ),
  );
}

function table(found: Health['versions']['found']): HTMLElement {
  return make(
    'table',
    {},
    make(
      'thead',
      {},
      make('tr', {}, ...['Workflow', 'Live', 'Since', 'Running'].map((each) => make('th', {}, each))),
    ),
    make(
      'tbody',
      {},
      ...found.map(({ workflow, live, since, running }) =>
        make(
          'tr',
          {},
          make('td', {}, make('strong', {}, workflow)),
          make('td', {}, live),
          make(
            'td',
            { class: 'faint' },
            since === undefined ? '' : `${moment(new Date(since))}, ${roughly(Date.now() - since)} ago`,
          ),
          make('td', {}, running === '' ? 'none runs' : running),
        ),
      ),
    ),
  );
}
