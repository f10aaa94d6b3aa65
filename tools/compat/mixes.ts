/** The mixes of two revisions that can run, or could without versions of functions. */
import { placeholderOf } from '../world/deployment';
import { type Definitions, pinnedBindingsIn, placeholdersIn } from './calls';
import { differencesOf, type Side } from './side';

/**
 * Whose definitions run with functions of the other: executions that were running when today's was released, or those
 * that today's began before the base was deployed again.
 */
export type Direction = 'old definitions' | 'new definitions';

export interface Mixed {
  direction: Direction;
  /** Whether only those functions are the other revision's that its executions really meet: what they call `live`. */
  isMet: boolean;
  /** The functions that are the base's. All others are today's. */
  fromBase: readonly string[];
}

export interface Changes {
  definitions: readonly string[];
  functions: readonly string[];
  /** Whether package-lock.json differs. */
  dependencies: boolean;
  /** Functions that definitions call by a version alone. */
  pinned: Readonly<Record<Direction, readonly string[]>>;
  /** What definitions of the base use, and today's do not have any more. */
  gone: readonly { name: string; reason: string }[];
}

export function changesOf(base: Side, today: Side): Changes {
  return {
    definitions: differencesOf(base.definitions, today.definitions),
    functions: differencesOf(base.functions, today.functions),
    dependencies: base.lock !== today.lock,
    pinned: {
      'old definitions': pinnedIn(base),
      'new definitions': pinnedIn(today),
    },
    gone: Object.keys(base.definitions).flatMap((workflow) => goneFrom(workflow, base, today)),
  };
}

function pinnedIn({ definitions, functions }: Side): string[] {
  const pinned = pinnedBindingsIn(definitions);
  return Object.keys(functions).filter((name) => pinned.includes(placeholderOf(name)));
}

function goneFrom(workflow: string, base: Side, today: Side): Changes['gone'] {
  const now = today.definitions[workflow];
  if (now === undefined)
    return [{ name: workflow, reason: 'the workflow is gone, and executions of it may still be running' }];
  const there = new Set([
    ...placeholdersIn(now),
    ...Object.keys(today.functions).map(placeholderOf),
    ...Object.keys(today.definitions).map(placeholderOf),
  ]);
  return [...placeholdersIn(base.definitions[workflow])]
    .filter((placeholder) => !there.has(placeholder))
    .map((placeholder) => ({
      name: `${workflow}: \${${placeholder}}`,
      reason: 'the definition of the base needs it, and today nothing has this name',
    }));
}

/** Those in which something of one revision meets something of the other. */
export function mixesOf(base: Side, today: Side, changes: Changes): Mixed[] {
  const gone = Object.keys(base.functions).filter((name) => !Object.hasOwn(today.functions, name));
  const oldPinned = changes.pinned['old definitions'];
  const newPinned = changes.pinned['new definitions'];
  if (base.problem !== undefined) {
    // What is met and what is not cannot be told apart.
    return changes.definitions.length > 0
      ? [{ direction: 'old definitions', isMet: true, fromBase: [] }]
      : [];
  }
  const all: Mixed[] = [
    { direction: 'old definitions', isMet: true, fromBase: [...new Set([...oldPinned, ...gone])] },
    { direction: 'old definitions', isMet: false, fromBase: gone },
    {
      direction: 'new definitions',
      isMet: true,
      fromBase: Object.keys(base.functions).filter((name) => !newPinned.includes(name)),
    },
    { direction: 'new definitions', isMet: false, fromBase: Object.keys(base.functions) },
  ];
  return all
    .map((mix) => ({
      ...mix,
      fromBase: mix.fromBase.filter((name) => changes.functions.includes(name)).sort(),
    }))
    .filter((mix) => !isPure(mix, changes))
    .filter((mix, index, kept) => mix.isMet || !kept.some((met, at) => at < index && isSame(mix, met)));
}

const isSame = (one: Mixed, other: Mixed) =>
  one.direction === other.direction && one.fromBase.join() === other.fromBase.join();

/** Whether all that differs is of one revision: what that one's own tests have proved. */
function isPure({ direction, fromBase }: Mixed, { definitions, functions }: Changes): boolean {
  const fromToday = functions.length - fromBase.length;
  const isDefinitionOf = (own: Direction) => definitions.length === 0 || direction === own;
  return (
    (fromToday === 0 && isDefinitionOf('old definitions')) ||
    (fromBase.length === 0 && isDefinitionOf('new definitions'))
  );
}

/** Of the workflows that today has. A new one runs as it is. */
export const definitionsFor = (direction: Direction, base: Side, today: Side): Definitions =>
  direction === 'new definitions'
    ? today.definitions
    : Object.fromEntries(
        Object.entries(today.definitions).map(([name, text]) => [name, base.definitions[name] ?? text]),
      );

export const titleOf = ({ direction, isMet }: Pick<Mixed, 'direction' | 'isMet'>): string =>
  `${direction}, ${direction === 'old definitions' ? 'new' : 'old'} functions ${
    isMet ? 'where executions call live' : 'everywhere'
  }`;
