/** TestState as the simulator answers it. */
import { isObject, type JsonObject, objectsIn } from '../../lib/workflow/json';
import { VirtualClock } from '../simulator/clock';
import { startExecution } from '../simulator/execution';
import { TaskFailure } from '../simulator/integrations/failure';
import type { HistoryEvent, StatePart } from '../simulator/types';
import type { Answer, Question } from './question';

const NAME = 'TestedState';

/** Runs the one state, with its mock as the answer of every try. */
export async function simulateState({ request }: Pick<Question, 'request'>): Promise<Answer> {
  const { definition, input = '{}', variables: given = '{}', context, mock, stateConfiguration } = request;
  const state: JsonObject = JSON.parse(definition);
  const variables: Record<string, unknown> = JSON.parse(given);
  const parts: StatePart[] = [];
  let tries = 0;
  const clock = new VirtualClock();
  const execution = startExecution({
    definition: machineAround(state, Object.keys(variables)),
    input: { input: JSON.parse(input), variables },
    name: 'test',
    arn: 'arn:aws:states:us-east-1:123456789012:execution:test:test',
    stateMachine: { name: 'test', arn: 'arn:aws:states:us-east-1:123456789012:stateMachine:test' },
    roleArn: 'arn:aws:iam::123456789012:role/test',
    clock,
    seed: 0,
    ...(context !== undefined && { context: JSON.parse(context) }),
    onReached: (name, part) => {
      if (name === NAME && part !== 'State') parts.push(part);
    },
    task: () => {
      tries++;
      const { error, cause = '' } = mock?.errorOutput ?? {};
      if (error !== undefined) throw new TaskFailure(error, cause);
      return answerOf(state, JSON.parse(mock?.result ?? '{}'));
    },
  });
  const { error, cause } = await clock.run(execution.done());

  const { events } = execution;
  const afterArguments = argumentsIn(state, events);
  const retryIndex = indexOf(parts, 'Retry');
  const used = stateConfiguration?.retrierRetryCount ?? 0;
  const shown = (more: Record<string, unknown>, details: Record<string, number> = {}) => ({
    inspectionData: {
      ...afterArguments,
      ...more,
      ...(Object.keys(details).length > 0 && { errorDetails: details }),
    },
  });
  if (tries - 1 > used && retryIndex !== undefined) {
    return { status: 'RETRIABLE', ...mock?.errorOutput, ...shown({ variables: given }, { retryIndex }) };
  }
  const exit = exitIn(events);
  if (!exit)
    return {
      status: 'FAILED',
      ...(error && { error }),
      ...(cause && { cause }),
      ...shown({ variables: given }),
    };
  const catchIndex = indexOf(parts, 'Catch');
  return {
    status: catchIndex === undefined ? 'SUCCEEDED' : 'CAUGHT_ERROR',
    output: String(exit.output),
    ...(exit.nextState !== undefined && { nextState: exit.nextState }),
    ...shown(
      { variables: JSON.stringify({ ...variables, ...exit.assigned }) },
      catchIndex === undefined ? {} : { catchIndex },
    ),
  };
}

/** A machine that assigns the variables, runs the state, and ends wherever that leads. */
function machineAround(state: JsonObject, variables: readonly string[]): object {
  const targets = [state, ...objectsIn(state.Choices), ...objectsIn(state.Catch)]
    .flatMap(({ Next, Default }) => [Next, Default])
    .filter((name) => typeof name === 'string');
  const assigned = variables.map((name) => [name, `{% $states.input.variables.${name} %}`]);
  return {
    QueryLanguage: 'JSONata',
    StartAt: 'Before',
    States: {
      Before: {
        Type: 'Pass',
        ...(assigned.length > 0 && { Assign: Object.fromEntries(assigned) }),
        Output: '{% $states.input.input %}',
        Next: NAME,
      },
      [NAME]: runnable(state),
      ...Object.fromEntries(targets.map((name) => [name, { Type: 'Succeed' }])),
    },
  };
}

/** A Parallel's or Map's mock stands for all that runs inside: it is like the answer of a Task. */
function runnable(state: JsonObject): object {
  if (state.Type !== 'Parallel' && state.Type !== 'Map') return state;
  const { Arguments, Retry, Catch, Assign, Output, Next, End } = state;
  const kept = Object.entries({ Arguments, Retry, Catch, Assign, Output, Next, End });
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)),
  };
}

/** The reverse of how a nested execution is mocked. */
function answerOf({ Resource }: JsonObject, result: unknown): unknown {
  if (!/startExecution\.sync:2$/.test(String(Resource))) return result;
  const { Input, Output, ...rest } = Object(result);
  const parsed = (text: unknown) => (typeof text === 'string' ? JSON.parse(text) : text);
  return { ...rest, Input: parsed(Input), Output: parsed(Output) };
}

const indexOf = (parts: readonly StatePart[], kind: 'Retry' | 'Catch'): number | undefined => {
  const [, index] = parts.map((part) => new RegExp(`^${kind}\\[(\\d+)\\]$`).exec(part)).find(Boolean) ?? [];
  return index === undefined ? undefined : Number(index);
};

function argumentsIn(
  { Arguments }: JsonObject,
  events: readonly HistoryEvent[],
): { afterArguments?: string } {
  const { parameters } =
    events.find(({ taskScheduledEventDetails: details }) => details)?.taskScheduledEventDetails ?? {};
  return Arguments === undefined || parameters === undefined ? {} : { afterArguments: String(parameters) };
}

function exitIn(events: readonly HistoryEvent[]) {
  const index = events.findIndex(({ stateExitedEventDetails: exited }) => exited?.name === NAME);
  const { output, assignedVariables } = events[index]?.stateExitedEventDetails ?? {};
  if (index < 0) return undefined;
  const next = events.slice(index).flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? [])[0];
  const texts = isObject(assignedVariables as JsonObject) ? Object.entries(Object(assignedVariables)) : [];
  const assigned = Object.fromEntries(texts.map(([name, text]) => [name, JSON.parse(String(text))]));
  return { output, nextState: next === undefined ? undefined : String(next), assigned };
}
