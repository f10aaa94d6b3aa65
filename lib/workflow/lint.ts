/**
 * What asl-validator misses in a definition, because AWS accepts it (and then fails, or waits for ever) or because
 * no schema can say it.
 */
import type { Bindings } from './bindings';
import { isDistributed } from './distributed-map';
import { expressionProblems } from './expressions';
import { isObject, type Json, type JsonObject, objectsIn } from './json';
import { resourceProblem } from './resources';

/** Findings as sentences, each with the state's name and the fix. Empty: nothing found. */
export const lint = (definition: JsonObject, bindings: Bindings): string[] =>
  statesIn(definition).flatMap(({ name, state, outer }) =>
    [
      ...taskProblems(state, bindings),
      ...mapProblems(state),
      ...retryProblems(state),
      ...catchProblems(state),
      ...shadowingProblems(state, outer),
      ...expressionProblems(ownPart(state)),
    ].map((problem) => `${name} ${problem}`),
  );

interface StateInScope {
  readonly name: string;
  readonly state: JsonObject;
  /** The variables of the scopes around the state's own. */
  readonly outer: ReadonlySet<string>;
}

const statesIn = (machine: JsonObject, outer: ReadonlySet<string> = new Set()): StateInScope[] => {
  const states = Object.entries(isObject(machine.States) ? machine.States : {}).flatMap(([name, state]) =>
    isObject(state) ? [{ name, state, outer }] : [],
  );
  const visible = new Set([...outer, ...states.flatMap(({ state }) => assignedIn(state))]);
  const inner = states.flatMap(({ state: { Branches, ItemProcessor } }) => [
    ...objectsIn(Branches).flatMap((branch) => statesIn(branch, visible)),
    // The children of a Distributed Map are executions of their own, and see no variable from outside.
    ...(isObject(ItemProcessor)
      ? statesIn(ItemProcessor, isDistributed(ItemProcessor) ? new Set() : visible)
      : []),
  ]);
  return [...states, ...inner];
};

/** A state without the states inside it. */
const ownPart = ({ Branches, ItemProcessor, ...own }: JsonObject): JsonObject => own;

const assignedIn = (state: JsonObject): string[] =>
  [state, ...objectsIn(state.Catch), ...objectsIn(state.Choices)].flatMap(({ Assign }) =>
    isObject(Assign) ? Object.keys(Assign) : [],
  );

const shadowingProblems = (state: JsonObject, outer: ReadonlySet<string>): string[] =>
  assignedIn(state)
    .filter((name) => outer.has(name))
    .map(
      (name) => `assigns $${name}, which a scope around it has too; AWS refuses that. Rename one of them.`,
    );

const taskProblems = (state: JsonObject, bindings: Bindings): string[] => {
  const { Type, Resource, TimeoutSeconds, Arguments } = state;
  if (Type !== 'Task') return [];
  const problems: string[] = [];
  const resource = resourceProblem(Resource, Arguments);
  if (resource) problems.push(resource);
  if (TimeoutSeconds === undefined) {
    problems.push('has no TimeoutSeconds: a lost answer would be waited for 3 years. Add one.');
  }
  const [, fn = ''] = /^\$\{(\w+)\}$/.exec(functionNameIn(Arguments)) ?? [];
  const functionTimeout = bindings[fn]?.timeoutSeconds;
  // A TimeoutSeconds that is an expression is the stage's, for waits that outlast any function.
  if (
    functionTimeout !== undefined &&
    typeof TimeoutSeconds === 'number' &&
    functionTimeout >= TimeoutSeconds
  ) {
    problems.push(
      `gives up after ${TimeoutSeconds} s on \${${fn}}, which may run ${functionTimeout} s and would go on ` +
        "unobserved. Raise TimeoutSeconds, or lower the function's timeout.",
    );
  }
  return problems;
};

const functionNameIn = (args: Json | undefined): string =>
  isObject(args) && typeof args.FunctionName === 'string' ? args.FunctionName : '';

/** Of one retrier or catcher. */
const errorsOf = ({ ErrorEquals }: JsonObject): readonly Json[] =>
  Array.isArray(ErrorEquals) ? ErrorEquals : [];

const mapProblems = ({ ItemProcessor, Label }: JsonObject): string[] => {
  if (!isObject(ItemProcessor) || !isDistributed(ItemProcessor)) return [];
  const waiting = isExpress(ItemProcessor) ? waitingTasksIn(ItemProcessor) : [];
  return [
    ...(Label === undefined ? ['has no Label, by which its role may redrive its children. Add one.'] : []),
    ...waiting.map(
      (task) => `runs ${task} in EXPRESS children, which cannot wait for an answer. Make them STANDARD.`,
    ),
  ];
};

const isExpress = ({ ProcessorConfig }: JsonObject): boolean =>
  isObject(ProcessorConfig) && ProcessorConfig.ExecutionType === 'EXPRESS';

/** Tasks that end when something else ends, or somebody answers. */
const waitingTasksIn = (machine: JsonObject): string[] =>
  statesIn(machine).flatMap(({ name, state: { Resource } }) =>
    typeof Resource === 'string' && /\.(sync|sync:2|waitForTaskToken)$/.test(Resource) ? [name] : [],
  );

const retryProblems = ({ Retry }: JsonObject): string[] => {
  const retriers = objectsIn(Retry);
  const all = retriers.findIndex((retrier) =>
    errorsOf(retrier).some((error) => error === 'States.ALL' || error === 'States.TaskFailed'),
  );
  const spared = retriers
    .slice(0, Math.max(all, 0))
    .some(
      (retrier) => errorsOf(retrier).includes('States.QueryEvaluationError') && retrier.MaxAttempts === 0,
    );
  return [
    ...allProblems('Retry', retriers),
    ...(all >= 0 && !spared
      ? [
          'retries an expression that cannot be evaluated, which will never work. Put ' +
            '{ "ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 0 } before the retrier of all errors.',
        ]
      : []),
  ];
};

const catchProblems = ({ Catch }: JsonObject): string[] => allProblems('Catch', objectsIn(Catch));

const allProblems = (field: 'Retry' | 'Catch', handlers: readonly JsonObject[]): string[] =>
  handlers.flatMap((handler, index) => {
    if (!errorsOf(handler).includes('States.ALL')) return [];
    if (errorsOf(handler).length > 1)
      return [`names States.ALL beside other errors in ${field}. Let it stand alone.`];
    return index < handlers.length - 1
      ? [`has a ${field} after that of States.ALL. Put States.ALL last.`]
      : [];
  });
