// Reads a definition as scopes of states with arrows between them.

import { record } from '../bin/history/json';

/** The whole definition, a branch of a Parallel, or what a Map does for each item. */
export interface Scope {
  startAt: string;
  states: State[];
  arrows: Arrow[];
}

export interface State {
  name: string;
  type: string;
  /** What it calls (`lambda:invoke`), or its type in lower case. */
  work: string;
  ends: boolean;
  comment?: string;
  inner: Scope[];
}

interface Arrow {
  from: string;
  to: string;
  onError: boolean;
  label: string;
}

/** @param text a definition in ASL @throws SyntaxError when it is not JSON */
export const readDefinition = (text: string): Scope => scopeOf(JSON.parse(text));

function scopeOf(value: unknown): Scope {
  const { StartAt, States } = record(value);
  const states = Object.entries(record(States)).map(([name, state]) => [name, record(state)] as const);
  return {
    startAt: String(StartAt),
    states: states.map(([name, state]) => stateOf(name, state)),
    arrows: states.flatMap(([name, state]) => arrowsFrom(name, state)),
  };
}

function stateOf(name: string, state: Record<string, unknown>): State {
  const { Type, Resource, Comment, End, Branches, ItemProcessor } = state;
  const type = String(Type);
  const processor = ItemProcessor === undefined ? [] : [ItemProcessor];
  return {
    name,
    type,
    work:
      typeof Resource === 'string' ? Resource.replace(/^arn:aws[\w-]*:states:::/, '') : type.toLowerCase(),
    ends: End === true || type === 'Succeed' || type === 'Fail',
    ...(typeof Comment === 'string' && { comment: Comment }),
    inner: [...list(Branches), ...processor].map(scopeOf),
  };
}

/** One arrow for each next state and kind, labelled with all conditions or errors that lead there. */
function arrowsFrom(from: string, { Next, Choices, Default, Catch }: Record<string, unknown>): Arrow[] {
  const found: Arrow[] = [];
  const add = (to: unknown, onError: boolean, label: string) => {
    if (typeof to !== 'string') return;
    const known = found.find((arrow) => arrow.to === to && arrow.onError === onError);
    if (known) known.label = [known.label, label].filter(Boolean).join('\n');
    else found.push({ from, to, onError, label });
  };
  add(Next, false, '');
  for (const rule of list(Choices).map(record)) add(rule.Next, false, conditionOf(rule));
  add(Default, false, 'otherwise');
  for (const catcher of list(Catch).map(record)) {
    add(catcher.Next, true, `on ${list(catcher.ErrorEquals).join(', ')}`);
  }
  return found;
}

const conditionOf = ({ Condition, ...rule }: Record<string, unknown>): string =>
  typeof Condition === 'string' ? Condition.replace(/^\{%\s*|\s*%\}$/g, '') : JSON.stringify(rule);

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
