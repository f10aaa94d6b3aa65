// The top of an execution: its outcome, why, what was undone, and the command to copy.

import { costOf } from '../../bin/history/cost';
import { duration, moment } from '../../bin/terminal/text';
import type { ShownExecution } from '../model';
import { step } from './commands';
import { make, show } from './dom';
import { signs, toneOf } from './signs';

interface Actions {
  back(): void;
  definition(): void;
  /** Marks it to be compared. */
  mark(): void;
}

export function showVerdict(execution: ShownExecution, { back, definition, mark }: Actions): void {
  const { outcome, why, undone, lines, at, next, input, output } = execution;
  const now = execution.endedAt ?? Date.now();
  const took = duration(now - execution.startedAt);
  const tone = toneOf(execution);
  show('verdict', [execution.name, outcome, took, why, undone, lines, at, next, billed(execution)], () => [
    make(
      'div',
      { class: 'head' },
      make('button', { class: 'back', onclick: back, 'data-focus': 'back' }, '‹ executions'),
      make('h1', {}, execution.name),
      make('span', { class: `badge ${tone}` }, `${signs[tone].sign} ${outcome}`),
      make('span', { class: 'faint' }, facts(execution, took)),
      make('button', { class: 'link', onclick: definition, 'data-focus': 'definition' }, 'definition'),
      make('button', { class: 'link', onclick: mark, 'data-focus': 'mark', title: 'm' }, 'compare'),
    ),
    make(
      'dl',
      {},
      ...listed('Why', why),
      ...listed('Waits at', at.length === 0 ? [] : [at.join(' and ')]),
      ...listed('Undone', undone.length === 0 ? [] : [`${undone.join('; ')}.`]),
      ...listed('Lines', lines),
    ),
    ...next.map(step),
    make(
      'details',
      {},
      make('summary', { 'data-focus': 'payloads' }, `Input${output === undefined ? '' : ' and output'}`),
      make('pre', {}, input),
      output !== undefined && make('pre', {}, output),
    ),
  ]);
}

function facts(execution: ShownExecution, took: string): string {
  const { endedAt, startedAt, version, redrivenAt } = execution;
  return [
    `${endedAt === undefined ? 'for' : 'after'} ${took}`,
    `started ${moment(new Date(startedAt))}`,
    ...redrivenAt.map((at) => `redriven ${moment(new Date(at))}`),
    ...(version === undefined ? [] : [`version ${version}`]),
    billed(execution),
  ].join(' · ');
}

/** `17 billed transitions, 6 of them in nested executions: $0.000425 on AWS`. */
function billed({ transitions, nestedTransitions }: ShownExecution): string {
  const all = transitions + nestedTransitions;
  const nested = nestedTransitions === 0 ? '' : `, ${nestedTransitions} of them in nested executions`;
  return `${all} billed transitions${nested}: ${costOf(all)} on AWS`;
}

const listed = (title: string, lines: readonly string[]): Node[] =>
  lines.flatMap((line, index) => [make('dt', {}, index === 0 ? title : ''), make('dd', {}, line)]);
