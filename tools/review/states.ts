/**
 * What was changed in a definition, by state. Retriers and catchers are compared by the errors that they are for, rules
 * of a Choice by where they lead; comments are not compared.
 */
import { errorSets } from '../../contracts/error-sets';
import { isObject, type Json, type JsonObject, objectsIn } from '../../lib/workflow/json';
import { machinesIn, statesOf } from '../../lib/workflow/language/machines';
import { canonical, type Difference, differencesOf } from './leaves';

export interface StateChange {
  readonly state: string;
  readonly kind: 'added' | 'removed' | 'changed' | 'renamed';
  /** What it was called. */
  readonly before?: string;
  /** Of a state that both have. */
  readonly differences: readonly Difference[];
  /** What becomes of errors that were caught by their names, as a sentence. */
  readonly uncaught?: string | undefined;
  /** What it does: of one that only one of them has. */
  readonly does?: string;
}

export interface DefinitionChange {
  readonly states: readonly StateChange[];
  /** Fields of the definition itself. */
  readonly fields: readonly Difference[];
  /** Old names of states by new ones. */
  readonly renamed: ReadonlyMap<string, string>;
}

export function definitionChange(before: JsonObject, after: JsonObject): DefinitionChange {
  const [old, now] = [allByName(before), allByName(after)];
  const removed = [...old.keys()].filter((name) => !now.has(name));
  const added = [...now.keys()].filter((name) => !old.has(name));
  const renamed = pairs(removed, added, old, now);
  const newNames = newNamesOf(renamed);
  const states = [...new Set([...now.keys(), ...removed])].flatMap((state): StateChange[] => {
    const oldName = renamed.get(state) ?? state;
    const [earlier, later] = [old.get(oldName), now.get(state)];
    if (!later)
      return newNames.has(state) ? [] : [{ state, kind: 'removed', differences: [], does: workOf(earlier) }];
    if (!earlier) return [{ state, kind: 'added', differences: [], does: workOf(later) }];
    const [was, is] = [comparable(earlier, newNames), comparable(later)];
    const differences = [...differencesOf(was, is), ...orderDifferences(was, is)];
    const uncaught = uncaughtText(earlier, later);
    if (oldName !== state) return [{ state, kind: 'renamed', before: oldName, differences, uncaught }];
    return differences.length > 0 ? [{ state, kind: 'changed', differences, uncaught }] : [];
  });
  return { states, renamed, fields: differencesOf(comparable(before, newNames), comparable(after)) };
}

/** Of retriers, catchers and rules, the first that fits counts. What only one of them has is a difference by itself. */
const orderDifferences = (before: JsonObject, after: JsonObject): Difference[] =>
  ['Retry', 'Catch', 'Choices'].flatMap((path) => {
    const [old, now] = [before[path], after[path]].map((list) => (isObject(list) ? Object.keys(list) : []));
    const [was, is] = [
      old?.filter((key) => now?.includes(key)).join(' | '),
      now?.filter((key) => old?.includes(key)).join(' | '),
    ];
    return was === is ? [] : [{ path: `${path} (order)`, before: was, after: is }];
  });

function uncaughtText(before: JsonObject, after: JsonObject): string | undefined {
  const caught = new Set(objectsIn(after.Catch).flatMap(errorsOf));
  const errors = objectsIn(before.Catch)
    .flatMap(errorsOf)
    .filter((error) => !caught.has(error));
  if (errors.length === 0) return undefined;
  const others = objectsIn(after.Catch).find((catcher) => errorsOf(catcher).includes('States.ALL'));
  return others
    ? `${errorsText(errors)}: caught by States.ALL now, which leads to ${String(others.Next)}.`
    : `${errorsText(errors)}: caught no more; what is around the state fails with it.`;
}

const errorsOf = ({ ErrorEquals }: JsonObject): string[] =>
  Array.isArray(ErrorEquals) ? ErrorEquals.map(String) : [];

/** Whether only comments differ. */
export const isCommentsOnly = ({ states, fields }: DefinitionChange): boolean =>
  states.length === 0 && fields.length === 0;

/** New names of states by old ones. */
export const newNamesOf = (renamed: DefinitionChange['renamed']): Map<string, string> =>
  new Map([...renamed].map(([newName, oldName]) => [oldName, newName]));

/** All states by name, which is unique in a definition. */
export const allByName = (machine: JsonObject): Map<string, JsonObject> =>
  new Map(
    statesOf(machine).flatMap(({ name, state }) => [
      [name, state] as const,
      ...machinesIn(state).flatMap((inner) => [...allByName(inner)]),
    ]),
  );

/** `Task lambda:invoke`. */
const workOf = ({ Type, Resource }: JsonObject = {}): string =>
  [Type, typeof Resource === 'string' ? Resource.replace('arn:aws:states:::', '') : undefined]
    .filter((part) => part !== undefined)
    .join(' ');

/** The least part of a state's leaves that two must share, so that one is the other renamed. */
const ALIKE = 0.6;

/** Old names by new ones. */
function pairs(
  removed: readonly string[],
  added: readonly string[],
  old: ReadonlyMap<string, JsonObject>,
  now: ReadonlyMap<string, JsonObject>,
): Map<string, string> {
  const found = added
    .flatMap((name) =>
      removed.map((oldName) => ({ name, oldName, share: shareOf(old.get(oldName), now.get(name)) })),
    )
    .filter(({ share }) => share >= ALIKE)
    .sort((a, b) => b.share - a.share);
  const renamed = new Map<string, string>();
  for (const { name, oldName } of found)
    if (!renamed.has(name) && ![...renamed.values()].includes(oldName)) renamed.set(name, oldName);
  return renamed;
}

/** Which part of their leaves two states share. */
function shareOf(one: JsonObject = {}, other: JsonObject = {}): number {
  if (one.Type !== other.Type) return 0;
  const [left, right] = [leavesOf(comparable(one)), leavesOf(comparable(other))];
  const shared = left.filter((leaf) => right.includes(leaf)).length;
  return shared / Math.max(left.length, right.length);
}

const leavesOf = (json: Json | undefined, path = ''): string[] =>
  isObject(json)
    ? Object.entries(json).flatMap(([name, value]) => leavesOf(value, `${path}.${name}`))
    : [`${path}=${canonical(json)}`];

/** Without comments and states inside it; lists by what their entries are for. @param names new names of states by old ones */
function comparable(state: JsonObject, names: ReadonlyMap<string, string> = new Map()): JsonObject {
  const { Comment: _, States: __, Retry, Catch, Choices, Branches, ItemProcessor, ...rest } = state;
  const target = (json: Json | undefined): Json | undefined =>
    typeof json === 'string' ? (names.get(json) ?? json) : json;
  const pointed = (fields: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) =>
        ['Next', 'Default', 'StartAt'].includes(name) ? [name, target(value)] : [name, value],
      ),
    );
  const byErrors = (entry: JsonObject): [string, JsonObject] => {
    const { ErrorEquals: _, ...fields } = entry;
    return [errorsText(errorsOf(entry)), fields];
  };
  return {
    ...pointed(rest),
    ...(Retry !== undefined && { Retry: keyed(Retry, byErrors) }),
    ...(Catch !== undefined && {
      Catch: keyed(Catch, (entry) => {
        const [errors, fields] = byErrors(entry);
        return [errors, pointed(fields)];
      }),
    }),
    ...(Choices !== undefined && {
      Choices: keyed(Choices, ({ Next, ...rule }) => [`→ ${String(target(Next))}`, rule]),
    }),
    ...(Branches !== undefined && {
      Branches: Object.fromEntries(
        objectsIn(Branches).map(({ States, ...branch }, index) => [index + 1, comparable(branch, names)]),
      ),
    }),
    ...(isObject(ItemProcessor) && { ItemProcessor: comparable(ItemProcessor, names) }),
  };
}

/** Entries by what they are for, in their order. */
function keyed(list: Json, entryOf: (entry: JsonObject) => [string, JsonObject]): JsonObject {
  const entries = new Map<string, JsonObject>();
  for (const each of objectsIn(list)) {
    const { Comment: _, ...bare } = each;
    const [key, fields] = entryOf(bare);
    let own = key;
    for (let copy = 2; entries.has(own); copy++) own = `${key} (${copy})`;
    entries.set(own, fields);
  }
  return Object.fromEntries(entries);
}

/** `LambdaPassing, States.Timeout`: errors of a set by its name. */
function errorsText(errors: readonly string[]): string {
  const names = new Set(errors);
  const sets = Object.entries(errorSets).flatMap(([set, members]) => {
    if (!members.every((member) => names.has(member))) return [];
    for (const member of members) names.delete(member);
    return [set];
  });
  return [...sets, ...names].join(', ');
}
