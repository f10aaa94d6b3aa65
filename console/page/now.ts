// What needs a person now: in one sentence, then each case with the command to copy.

import { roughly } from '../../bin/terminal/text';
import type { Found, Health, StoppedExecution, UnmatchedReport, WaitingReview } from '../model';
import { step } from './commands';
import { make, show } from './dom';
import { signs } from './signs';

/** So many cases of a kind are unfolded: on a phone the list is below them. */
const unfolded = (): number => (innerWidth > 900 ? 3 : 1);
/** And so many are shown at all. */
const MOST = 50;

type Open = (execution: string) => void;

const badges = {
  stopped: { tone: 'failed', word: 'A person is needed' },
  asked: { tone: 'caught', word: 'A person is asked' },
  unsure: { tone: 'caught', word: 'Not sure' },
  well: { tone: 'done', word: 'All is well' },
} as const;

export function showNow({ state, sentence, stopped, reviews, unmatched }: Health, open: Open): void {
  const minute = Math.floor(Date.now() / 60_000);
  show('now', { sentence, stopped, reviews, unmatched, minute, unfolded: unfolded() }, () => {
    const { tone, word } = badges[state];
    return [
      make(
        'div',
        { class: 'head' },
        make('span', { class: `badge ${tone}` }, `${signs[tone].sign} ${word}`),
        make('h1', { role: 'status' }, sentence),
      ),
      ...cases('Stopped half-way', stopped, (each) => stoppedCase(each, open), stopped.together.map(step)),
      ...cases('Waiting for a review', reviews, (each) => reviewCase(each, open)),
      ...cases('Does not match Stripe', unmatched, (each) => reportCase(each, open)),
    ];
  });
}

function cases<T>(
  title: string,
  { found, problems }: Found<T>,
  shown: (each: T) => HTMLElement,
  together: readonly HTMLElement[] = [],
): Node[] {
  if (found.length + problems.length === 0) return [];
  const rest = found.slice(unfolded(), MOST);
  const cut = found.length - MOST;
  return [
    make(
      'section',
      { 'aria-label': title },
      make('h2', {}, found.length === 0 ? title : `${title}: ${found.length}`),
      ...troubles(problems),
      ...together,
      ...found.slice(0, unfolded()).map(shown),
      rest.length > 0 &&
        make(
          'details',
          {},
          make(
            'summary',
            { 'data-focus': title },
            `${rest.length} more${cut > 0 ? `, and ${cut} that are not shown` : ''}`,
          ),
          ...rest.map(shown),
        ),
    ),
  ];
}

/** What could not be read, in its place. */
export const troubles = (problems: readonly string[]): HTMLElement[] =>
  problems.map((problem) => make('p', { class: 'error' }, problem));

const ago = (at: number): string => roughly(Date.now() - at);

function stoppedCase(
  { name, workflow, at, why, stoppedAt, amount, redriveUntil, next }: StoppedExecution,
  open: Open,
): HTMLElement {
  const facts = [
    workflow,
    ...(amount ? [amount] : []),
    `stopped${at.length > 0 ? ` at ${at.join(' and ')}` : ''}, ${ago(stoppedAt)} ago`,
    ...(redriveUntil === undefined ? [] : [`can be redriven for ${roughly(redriveUntil - Date.now())}`]),
  ];
  return make(
    'div',
    { class: 'case failed' },
    head('✕ ', name, facts, open),
    ...why.map((line) => make('p', {}, line)),
    ...next.map(step),
  );
}

function reviewCase(
  { execution, amount, customer, requestedAt, expiresAt, note, answers }: WaitingReview,
  open: Open,
): HTMLElement {
  const facts = [
    amount,
    customer,
    `asked ${ago(requestedAt)} ago`,
    `${roughly(expiresAt - Date.now())} left, then it is undone`,
  ];
  return make(
    'div',
    { class: 'case caught' },
    head('… ', execution, facts, open),
    note !== '' && make('p', {}, note),
    make('div', { class: 'answers' }, ...answers.map((run) => step({ run }))),
  );
}

const reportCase = ({ name, endedAt, run }: UnmatchedReport, open: Open): HTMLElement =>
  make('div', { class: 'case caught' }, head('! ', name, [`ended ${ago(endedAt)} ago`], open), step({ run }));

const head = (sign: string, name: string, facts: readonly string[], open: Open): HTMLElement =>
  make(
    'div',
    { class: 'head' },
    make('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    make('button', { class: 'link', 'data-focus': `open ${name}`, onclick: () => open(name) }, name),
    make('span', { class: 'faint' }, facts.join(' · ')),
  );
