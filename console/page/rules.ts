// What the definition says of a state: its limits, retriers, catchers and choices, and its expressions.

import type { Rule, StateRules } from '../model';
import { make } from './dom';

/** @param choose shows another state */
export const rulesOf = (rules: StateRules, choose: (state: string) => void): Node[] => [
  ...(rules.facts.length === 0 ? [] : [make('p', {}, rules.facts.join(' '))]),
  ...titled('Choices: the first that is true', rules.choices, choose),
  ...titled('Retriers', rules.retriers, choose),
  ...titled('Catchers: once no retrier is left', rules.catchers, choose),
];

export const codeOf = ({ code }: StateRules): Node[] =>
  code.flatMap(({ title, text }) => [make('h2', {}, title), pre(text, title)]);

function titled(title: string, rules: readonly Rule[], choose: (state: string) => void): Node[] {
  if (rules.length === 0) return [];
  return [
    make('h2', {}, title),
    make('ol', { class: 'said' }, ...rules.map((rule, index) => item(rule, `${title} ${index}`, choose))),
  ];
}

function item({ say, next, comment, code }: Rule, key: string, choose: (state: string) => void): HTMLElement {
  return make(
    'li',
    {},
    say,
    next !== undefined && ' → ',
    next !== undefined &&
      make('button', { class: 'link', 'data-focus': key, onclick: () => choose(next) }, next),
    comment !== undefined && make('div', { class: 'faint' }, comment),
    code !== undefined &&
      make(
        'details',
        {},
        make('summary', { 'data-focus': `${key} code` }, 'what it assigns and gives on'),
        pre(code, `${key} text`),
      ),
  );
}

const pre = (text: string, key: string) => make('pre', { tabindex: '0', 'data-focus': key }, text);
