/** What was changed in each workflow: states, bindings, its picture, and what an execution of it is billed. */
import { isObject, type JsonObject } from '../../lib/workflow/json';
import { machinesIn, statesOf } from '../../lib/workflow/language/machines';
import { edgesOf } from '../cost/graph';
import { type EndCost, transitionsByEnd } from '../cost/transitions';
import { diagramOf, type Marks } from '../docs/diagram';
import type { App } from './app';
import { type Difference, differencesOf } from './leaves';
import { type Binding, type Machine, machinesOf } from './machines';
import { allByName, type DefinitionChange, definitionChange, isCommentsOnly, newNamesOf } from './states';

export interface WorkflowChange {
  readonly workflow: string;
  readonly kind: 'new' | 'gone' | 'changed' | 'comments';
  readonly definition: DefinitionChange | undefined;
  /** What placeholders stand for. */
  readonly bindings: readonly Difference[];
  /** In Mermaid; of a workflow whose states differ. */
  readonly diagram: string | undefined;
  /** Ends that cost another number of transitions. Why they are not known, if they are not. */
  readonly costs: readonly CostChange[] | string;
}

/** Billed transitions; undefined where a revision has no such end. */
export interface CostChange {
  readonly end: string;
  readonly before: EndCost | undefined;
  readonly after: EndCost | undefined;
}

/** Only those in which something differs. */
export function workflowChanges(before: App, after: App): WorkflowChange[] {
  const [old, now] = [byKey(before), byKey(after)];
  return [...new Map([...now, ...old]).keys()].flatMap((key): WorkflowChange[] => {
    const [earlier, later] = [old.get(key), now.get(key)];
    if (!earlier || !later) return [unpaired(earlier, later)].filter((change) => change !== undefined);
    const definition = definitionChange(earlier.definition, later.definition);
    const bindings = differencesOf(meaningsOf(earlier), meaningsOf(later));
    if (isCommentsOnly(definition) && bindings.length === 0)
      return earlier.text === later.text ? [] : [{ ...blank(later, 'comments'), definition }];
    return [
      {
        workflow: later.name,
        kind: 'changed',
        definition,
        bindings,
        diagram:
          definition.states.length > 0
            ? markedDiagram(earlier.definition, later.definition, definition)
            : undefined,
        costs: costChanges(earlier, later, [old, now], definition.renamed),
      },
    ];
  });
}

type Machines = ReadonlyMap<string, Machine>;

const byKey = (app: App): Machines =>
  new Map(machinesOf(app).map((machine) => [machine.resource.key, machine]));

const blank = ({ name }: Machine, kind: WorkflowChange['kind']): WorkflowChange => ({
  workflow: name,
  kind,
  definition: undefined,
  bindings: [],
  diagram: undefined,
  costs: [],
});

const unpaired = (earlier: Machine | undefined, later: Machine | undefined): WorkflowChange | undefined =>
  later ? { ...blank(later, 'new'), diagram: diagramOf(later.text) } : earlier && blank(earlier, 'gone');

const meaningsOf = ({ bindings }: Machine): JsonObject =>
  Object.fromEntries(Object.entries(bindings).map(([name, binding]) => [`\${${name}}`, meaningOf(binding)]));

const meaningOf = ({ value, target, by }: Binding): string => {
  if (!target || by === 'name') return value;
  return by === 'alias' ? `alias of ${target.name}` : `version of ${target.name}`;
};

/** Today's states with those that are gone beside them. */
function markedDiagram(before: JsonObject, after: JsonObject, { states, renamed }: DefinitionChange): string {
  const removed = new Set(states.filter(({ kind }) => kind === 'removed').map(({ state }) => state));
  const newNames = newNamesOf(renamed);
  const ways = waysIn(after);
  const present = new Set([...namesIn(after), ...removed]);
  const goneWays = [...waysIn(before)]
    .map((way) => way.split('\n').map((name) => newNames.get(name) ?? name))
    .filter(([from = '', to = '']) => present.has(from) && present.has(to) && !ways.has(`${from}\n${to}`))
    // Those that leave a state that is gone are drawn with it.
    .filter(([from = '']) => !removed.has(from))
    .map(([from = '', to = '']) => [from, to] as const);
  const marks: Marks = {
    states: new Map(states.map(({ state, kind }) => [state, kind === 'renamed' ? 'changed' : kind])),
    goneWays,
  };
  return diagramOf(JSON.stringify(withRemoved(before, after, removed, newNames)), marks);
}

const namesIn = (machine: JsonObject): string[] =>
  statesOf(machine).flatMap(({ name, state }) => [name, ...machinesIn(state).flatMap(namesIn)]);

const waysIn = (machine: JsonObject): Set<string> =>
  new Set(
    statesOf(machine).flatMap(({ name, state }) => [
      ...edgesOf(state).map(({ to }) => `${name}\n${to}`),
      ...machinesIn(state).flatMap((inner) => [...waysIn(inner)]),
    ]),
  );

/** The definition with the removed states at its end, with their ways to states by the names of today. */
function withRemoved(
  before: JsonObject,
  after: JsonObject,
  removed: ReadonlySet<string>,
  newNames: ReadonlyMap<string, string>,
): JsonObject {
  const all = allByName(before);
  const gone = [...removed].flatMap((name) => {
    const state = all.get(name);
    if (!state) return [];
    const text = JSON.stringify(state, (key, value) =>
      ['Next', 'Default'].includes(key) ? (newNames.get(value) ?? value) : value,
    );
    return [[name, JSON.parse(text)] as const];
  });
  return {
    ...after,
    States: { ...(isObject(after.States) ? after.States : {}), ...Object.fromEntries(gone) },
  };
}

function costChanges(
  earlier: Machine,
  later: Machine,
  [old, now]: readonly [Machines, Machines],
  renamed: ReadonlyMap<string, string>,
): WorkflowChange['costs'] {
  try {
    const [was, is] = [endsOf(earlier, old), endsOf(later, now)];
    const newNames = newNamesOf(renamed);
    const keyOf = ({ end, how }: EndCost) => `${end}${how === 'fails there' ? ' fails' : ''}`;
    const before = new Map(
      was.map((cost) => [keyOf({ ...cost, end: newNames.get(cost.end) ?? cost.end }), cost]),
    );
    const after = new Map(is.map((cost) => [keyOf(cost), cost]));
    return [...new Set([...after.keys(), ...before.keys()])]
      .map((end): CostChange => ({ end, before: before.get(end), after: after.get(end) }))
      .filter(
        ({ before, after }) =>
          before?.least !== after?.least || before?.most !== after?.most || before?.bound !== after?.bound,
      );
  } catch (error) {
    return `The transitions cannot be counted: ${error instanceof Error ? error.message : error}`;
  }
}

const endsOf = (machine: Machine, all: Machines): EndCost[] =>
  transitionsByEnd(
    machine.text,
    new Map(
      Object.entries(machine.bindings).flatMap(([placeholder, { target }]) => {
        const nested = all.get(target?.key ?? '');
        return nested ? [[placeholder, nested.text] as const] : [];
      }),
    ),
  );
