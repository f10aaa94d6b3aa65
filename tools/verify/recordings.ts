/** The questions: what states of every definition really met, in runs of the fault matrix. */
import { type JsonObject, objectsIn } from '../../lib/workflow/json';
import { allStatesOf } from '../../lib/workflow/language/machines';
import { parsePlan, plain } from '../matrix/plan';
import { runPlan } from '../matrix/run';
import { scenarios } from '../matrix/scenarios';
import type { Scenario } from '../matrix/site';
import { tasksOf } from '../matrix/strikes';
import { matches } from '../simulator/retry';
import { inlinedDefinition } from '../world/definitions';
import { type KeptVisit, whileListening } from '../world/reached';
import { type Question, questionOf } from './question';
import { rareRuns } from './rare';

/** How many questions are asked that differ in their data only. */
const ALIKE = 2;

/** Scenarios in which each state fails for good too; the others go the same ways. */
const STRUCK = ['plain', 'approved', 'fresh', 'import', 'import-again', 'reconcile'];

/** What no single failure leads to. */
const MORE = [
  'plain | ReserveInventory #all fails:conflict',
  'plain | ReserveInventory #1 worksButFails:conflict',
  'out-of-stock | NotifyPaymentFailure #all fails:denied',
  'declined | ReserveInventory #1 fails:States.Timeout',
  'plain | CreateShipment #all fails:Error | NotifyOrderFailed #all fails:denied',
  'invalid | NotifyValidationFailure #all fails:denied',
  'bad-signup | NotifyInvalidSignup #all fails:denied',
  'rejected-import | NotifyImportRejected #all fails:denied',
  'no-key | NotifySignupFailed #all fails:denied',
  'no-key | DeleteStripeCustomer #all fails:States.Http.StatusCode.404',
  'no-answer',
];

export interface Recordings {
  questions: Question[];
  /** By workflow, as a stage deploys them. */
  definitions: ReadonlyMap<string, string>;
  /** States that no run came to: `order-processing/OrderFailed`. */
  missing: string[];
}

/** @param names of the scenarios to run. @default all */
export async function record(names?: readonly string[]): Promise<Recordings> {
  const questions = new Map<string, Question[]>();
  const reached = new Set<string>();
  const states = new Map<string, ReadonlyMap<string, JsonObject>>();
  const definitions = new Map<string, string>();
  const hear = (visit: KeptVisit): void => {
    const known = states.get(visit.definition) ?? statesIn(visit.definition);
    states.set(visit.definition, known);
    definitions.set(visit.workflow, visit.definition);
    const state = known.get(visit.state);
    if (!state || tooLarge(visit)) return;
    reached.add(`${visit.workflow}/${visit.state}`);
    for (const retries of triesOf(state, visit)) {
      const key = JSON.stringify([visit.workflow, visit.state, kindOf(visit), retries]);
      const alike = questions.get(key) ?? [];
      if (alike.length >= ALIKE) continue;
      const question = questionOf(visit, state, retries);
      // Times and ids aside, much is asked twice.
      if (!alike.some(({ request }) => request.input === question.request.input)) alike.push(question);
      questions.set(key, alike);
    }
  };
  const chosen = scenarios().filter(({ name }) => names?.includes(name) ?? true);
  await whileListening(hear, async () => {
    for (const scenario of chosen) await runAll(scenario);
    if (!names) for (const run of rareRuns) await run();
  });
  const missing = [...workflowStates(chosen)].filter((state) => !reached.has(state));
  return { questions: [...questions.values()].flat(), definitions, missing };
}

/** In peace, then with what strikes each of its states. */
async function runAll(scenario: Scenario): Promise<void> {
  const { places } = await runPlan(plain(scenario.name), scenario);
  const tasks = tasksOf(scenario.workflows);
  const struck = STRUCK.includes(scenario.name) ? [...places.keys()].filter((place) => tasks.has(place)) : [];
  const plans = [
    ...struck.map((state) => `${scenario.name} | ${state} #all fails:denied`),
    ...MORE.filter((plan) => plan.split(' | ')[0] === scenario.name),
  ];
  for (const plan of plans) await runPlan(parsePlan(plan), scenario);
}

const statesIn = (definition: string): ReadonlyMap<string, JsonObject> =>
  new Map(allStatesOf(JSON.parse(definition)).map(({ name, state }) => [name, state]));

const tooLarge = ({ came }: KeptVisit): boolean =>
  came !== undefined && 'error' in came && came.error === 'States.DataLimitExceeded';

/** An error is asked about at its first try, and once its retrier has used all of its own. */
function triesOf({ Retry }: JsonObject, { came }: KeptVisit): number[] {
  if (came === undefined || !('error' in came)) return [0];
  const { error } = came;
  const retrier = objectsIn(Retry).find(({ ErrorEquals }) =>
    matches([ErrorEquals].flat().map(String), { error }),
  );
  const most = Number(retrier?.MaxAttempts ?? (retrier ? 3 : 0));
  return most > 0 ? [0, most] : [0];
}

/** What a state's answer depends on, roughly: the members of its data rather than their values. */
const kindOf = ({ input, variables, came }: KeptVisit): unknown => [
  shapeOf(input),
  Object.keys(variables),
  came && ('error' in came ? came.error : shapeOf(came.result)),
];

/** Short texts and truth values decide where Choices lead. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(shapeOf).filter((shape, index, all) => all.indexOf(shape) === index);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return /^[A-Z_]{4,20}$/.test(value) ? value : 'text';
  if (value === null || typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shapeOf(item)]));
}

/** `workflow/state` of every state of the workflows that the scenarios are about. */
const workflowStates = (chosen: readonly Scenario[]): Set<string> =>
  new Set(
    chosen
      .flatMap(({ workflows }) => workflows)
      .flatMap((workflow) =>
        [...statesIn(inlinedDefinition(workflow)).keys()].map((state) => `${workflow}/${state}`),
      ),
  );
