/** How much there is to reach in the definitions, and what of it the tests of workflows have not reached. */
import { table } from '../../bin/terminal/table';
import { isObject, type Json, type JsonObject, objectsIn } from '../../lib/workflow/json';
import { allStatesOf } from '../../lib/workflow/language/machines';
import type { StatePart } from '../simulator/types';
import { definitionNames, writtenDefinition } from './definitions';
import { keyOf } from './reached';

export interface Part {
  workflow: string;
  state: string;
  part: StatePart;
  /** As the definition has it: a rule's condition, a retrier's or catcher's errors, a Default's next state. */
  says: string;
  /** In the set of what was reached. */
  key: string;
}

/** In the order of the definition. */
export function partsOf(workflow: string, definition: string): Part[] {
  const machine: Json = JSON.parse(definition);
  return allStatesOf(isObject(machine) ? machine : {}).flatMap(({ name, state }) =>
    partsOfState(state).map(([part, says]) => ({
      workflow,
      state: name,
      part,
      says: [says].flat().join(', '),
      key: keyOf(workflow, name, part),
    })),
  );
}

type Saying = readonly [StatePart, Json | undefined];

const partsOfState = ({ Type, Choices, Default, Retry, Catch }: JsonObject): Saying[] => [
  ['State', Type],
  ...objectsIn(Choices).map(({ Condition }, index): Saying => [`Choices[${index}]`, Condition]),
  ...(Default === undefined ? [] : [['Default', Default] satisfies Saying]),
  ...objectsIn(Retry).map(({ ErrorEquals }, index): Saying => [`Retry[${index}]`, ErrorEquals]),
  ...objectsIn(Catch).map(({ ErrorEquals }, index): Saying => [`Catch[${index}]`, ErrorEquals]),
];

/** Of all definitions. */
export const allParts = (): Part[] =>
  definitionNames.flatMap((workflow) => partsOf(workflow, writtenDefinition(workflow)));

/** Parts that no execution reaches as the definitions are, and why they stay. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  'saas-onboarding/CreateAccountsInParallel/Catch[1]':
    'Nothing leaves a branch but too much data, which Catch[0] takes. Whatever a changed branch lets out must be ' +
    'undone too: the test of that takes a catcher of a branch away.',
};

const COLUMNS = { states: /^State/, choices: /^(Choices|Default)/, retriers: /^Retry/, catchers: /^Catch/ };

/** What test/workflows/ has reached of these parts. */
export function coverageOf(
  parts: readonly Part[],
  reached: ReadonlySet<string>,
  unreachable: Readonly<Record<string, string>> = UNREACHABLE,
) {
  const reachable = parts.filter(({ key }) => !Object.hasOwn(unreachable, key));
  const missing = reachable.filter(({ key }) => !reached.has(key));
  const known = new Set(parts.map(({ key }) => key));
  const stale = Object.keys(unreachable).filter((key) => reached.has(key) || !known.has(key));
  const problems = [...(missing.length > 0 ? [unreachedProblem(missing)] : []), ...stale.map(staleProblem)];
  return {
    table: tableOf(reachable, reached),
    summary:
      `Definitions: the tests reach all ${reachable.length} states, choices, retriers and catchers ` +
      `(not counting ${Object.keys(unreachable).length} that nothing can reach).`,
    /** What is missing, and what to do. */
    problem: problems.length > 0 ? problems.join('\n\n') : undefined,
  };
}

/** A row for each definition: how many of its states, … were reached, of how many. */
function tableOf(parts: readonly Part[], reached: ReadonlySet<string>): string {
  const cell = (workflow: string, kind: RegExp): string => {
    const all = parts.filter((each) => each.workflow === workflow && kind.test(each.part));
    return `${all.filter(({ key }) => reached.has(key)).length}/${all.length}`;
  };
  const workflows = [...new Set(parts.map(({ workflow }) => workflow))];
  return table([
    ['definition', ...Object.keys(COLUMNS)],
    ...workflows.map((workflow) => [workflow, ...Object.values(COLUMNS).map((kind) => cell(workflow, kind))]),
  ]);
}

const unreachedProblem = (missing: readonly Part[]): string => `No test in test/workflows/ reaches

${table(missing.map(({ workflow, state, part, says }) => [`  ${workflow}`, state, part, says]))}

Add a test that does: tools/doubles/faults.ts has what can go wrong with a call. What no execution can reach goes
from the definition.`;

const staleProblem = (key: string): string =>
  `${key} is reached, or in no definition: take it from UNREACHABLE in tools/world/definition-coverage.ts.`;
