/** A question to TestState: what does this state make of this input, these variables, and this answer of its service? */
import type { TestStateInput, TestStateOutput } from '@aws-sdk/client-sfn';
import type { JsonObject } from '../../lib/workflow/json';
import { isDistributed } from '../../lib/workflow/language/machines';
import type { KeptVisit } from '../world/reached';

export interface Question {
  workflow: string;
  state: string;
  /** What the state's service answers, in a few words. */
  about: string;
  /** As it is sent. */
  request: TestStateInput & { definition: string };
}

/** What both sides answer, as far as it is compared. */
export type Answer = Pick<
  TestStateOutput,
  'status' | 'output' | 'nextState' | 'error' | 'cause' | 'inspectionData'
>;

/** Nobody waits longer than this for a Wait, in seconds: TestState really waits, and five minutes at most. */
const LONGEST_WAIT = 5;

/**
 * @param state as its definition has it
 * @param retries how often the retrier of the error has tried already
 */
export function questionOf(visit: KeptVisit, state: JsonObject, retries = 0): Question {
  const { workflow, came } = visit;
  const hasWork = ['Task', 'Parallel', 'Map'].includes(String(state.Type));
  const mock = hasWork ? mockOf(state, came) : undefined;
  const asked = { QueryLanguage: 'JSONata', ...state };
  const common = { inspectionLevel: 'DEBUG', input: JSON.stringify(visit.input) } as const;
  const about = came === undefined ? '' : 'error' in came ? came.error : 'an answer';
  if (mock) {
    return {
      workflow,
      state: visit.state,
      about: retries > 0 ? `${about}, tries used up` : about,
      request: {
        ...common,
        definition: JSON.stringify(asked),
        variables: JSON.stringify(visit.variables),
        context: JSON.stringify(visit.context),
        mock,
        ...configurationOf(state, retries),
      },
    };
  }
  return {
    workflow,
    state: visit.state,
    about,
    request: { ...common, ...withContextAsVariable(shortened(asked), visit) },
  };
}

function mockOf({ Resource }: JsonObject, came: KeptVisit['came']): TestStateInput['mock'] {
  // An expression fails before there is an answer.
  if (came === undefined) return { result: '{}', fieldValidationMode: 'NONE' };
  if ('error' in came) return { errorOutput: { ...came } };
  const isNested = /startExecution\.sync:2$/.test(String(Resource));
  const result = isNested ? describedAs(came.result) : came.result;
  return { result: JSON.stringify(result), fieldValidationMode: 'PRESENT' };
}

/** A nested execution is mocked by what DescribeExecution says of it, whose input and output are texts. */
const describedAs = (result: unknown): object => {
  const { Input, Output, ...rest } = Object(result);
  return { ...rest, Input: JSON.stringify(Input), Output: JSON.stringify(Output) };
};

function configurationOf(
  { ItemProcessor, ItemReader }: JsonObject,
  retries: number,
): Pick<TestStateInput, 'stateConfiguration'> {
  const reads = isDistributed(ItemProcessor) && ItemReader !== undefined;
  if (retries === 0 && !reads) return {};
  return {
    stateConfiguration: {
      ...(retries > 0 && { retrierRetryCount: retries }),
      ...(reads && { mapItemReaderData: '{}' }),
    },
  };
}

/** Without a mock TestState takes no context: a variable of its own has it instead. */
function withContextAsVariable(state: JsonObject, { variables, context }: KeptVisit) {
  const text = JSON.stringify(state);
  if (!text.includes('$states.context')) return { definition: text, variables: JSON.stringify(variables) };
  return {
    definition: text.replaceAll('$states.context', '$contextOfTest'),
    variables: JSON.stringify({ ...variables, contextOfTest: context }),
  };
}

/** What a stage sets to more than some seconds is not what an expression says. */
const shortened = (state: JsonObject): JsonObject => {
  const [, literal] = /^\{%\s*\$number\('(\d+)'\)\s*%\}$/.exec(String(state.Seconds)) ?? [];
  return state.Type === 'Wait' && Number(literal) > LONGEST_WAIT
    ? { ...state, Seconds: LONGEST_WAIT }
    : state;
};
