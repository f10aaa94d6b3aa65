/**
 * What AWS accepts in a definition and we do not, because it then fails, or waits for ever, or cannot be read. The
 * rules are listed in docs/architecture.md. What AWS itself refuses is in ./language.
 */
import type { Bindings } from './bindings';
import { isObject, type Json, type JsonObject, objectsIn } from './json';
import { isExpression, nodesIn, sourceOf, textsIn, treeOf } from './language/expressions';
import { allStatesOf, isDistributed, machinesIn } from './language/machines';

/** Findings as sentences, each with the state's name and the fix. Empty: nothing found. */
export const houseProblems = (definition: JsonObject, bindings: Bindings): string[] =>
  allStatesOf(definition).flatMap(({ name, state }) =>
    [
      ...taskProblems(state, bindings),
      ...mapProblems(state),
      ...retryProblems(state),
      ...expressionProblems(state),
    ].map((problem) => `${name} ${problem}`),
  );

const taskProblems = (state: JsonObject, bindings: Bindings): string[] => {
  if (state.Type !== 'Task') return [];
  const { Resource, TimeoutSeconds, Arguments } = state;
  const problems: string[] = [];
  if (typeof Resource === 'string' && Resource.startsWith('${')) {
    problems.push(
      `calls ${Resource}, which does not tell what it is. Write arn:aws:states:::<service>:<action> and pass the ` +
        'ARN or name of the resource in Arguments.',
    );
  }
  if (Resource === 'arn:aws:states:::http:invoke' && !hasConnection(Arguments)) {
    problems.push('calls an API without a connection. Set Arguments.InvocationConfig.ConnectionArn.');
  }
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

const hasConnection = (args: Json | undefined): boolean =>
  isExpression(args) ||
  (isObject(args) &&
    [args.InvocationConfig, args.Authentication].some(
      (config) => isExpression(config) || (isObject(config) && typeof config.ConnectionArn === 'string'),
    ));

const mapProblems = (state: JsonObject): string[] => {
  const { Iterator, ResultWriter, Label } = state;
  const [inner] = state.Type === 'Map' ? machinesIn(state) : [];
  const problems: string[] = [];
  if (Iterator !== undefined) problems.push('has Iterator, the old name of ItemProcessor. Use that.');
  if (!inner || !isDistributed(inner)) return problems;
  if (Label === undefined)
    problems.push('has no Label, by which its role may redrive its children. Add one.');
  if (isObject(ResultWriter) && !ResultWriter.Arguments && !ResultWriter.WriterConfig) {
    problems.push('has a ResultWriter that does not say where to write. Give it Arguments.');
  }
  const waiting = isExpress(inner) ? waitingTasksIn(inner) : [];
  return [
    ...problems,
    ...waiting.map(
      (task) => `runs ${task} in EXPRESS children, which cannot wait for an answer. Make them STANDARD.`,
    ),
  ];
};

const isExpress = ({ ProcessorConfig }: JsonObject): boolean =>
  isObject(ProcessorConfig) && ProcessorConfig.ExecutionType === 'EXPRESS';

/** Tasks that end when something else ends, or somebody answers. */
const waitingTasksIn = (machine: JsonObject): string[] =>
  allStatesOf(machine).flatMap(({ name, state: { Resource } }) =>
    typeof Resource === 'string' && /\.(sync|sync:2|waitForTaskToken)$/.test(Resource) ? [name] : [],
  );

/** Of one retrier. */
const errorsOf = ({ ErrorEquals }: JsonObject): readonly Json[] =>
  Array.isArray(ErrorEquals) ? ErrorEquals : [];

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
  return all >= 0 && !spared
    ? [
        'retries an expression that cannot be evaluated, which will never work. Put ' +
          '{ "ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 0 } before the retrier of all errors.',
      ]
    : [];
};

const expressionProblems = (state: JsonObject): string[] =>
  textsIn(state).flatMap(({ text, at }) => {
    if (isExpression(text)) {
      return nodeProblems(text).map((problem) => `${problem} In ${at}: ${sourceOf(text)}`);
    }
    return text.includes('{%') || text.includes('%}')
      ? [`would pass on "${text}" as it stands. An expression is the whole string: build it with &.`]
      : [];
  });

const nodeProblems = (expression: `{%${string}%}`): string[] => {
  try {
    return nodesIn(treeOf(expression)).flatMap(({ type, value }) => {
      if (type === 'variable' && value === 'eval') return ['uses $eval, which fails in Step Functions.'];
      return type === 'binary' && value === '!='
        ? ['uses !=, which is false when a side is missing. Write $not(a = b).']
        : [];
    });
  } catch {
    return []; // It does not parse, which ./language says.
  }
};
