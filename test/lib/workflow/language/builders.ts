/** Builders of small definitions, valid except for what a case puts into them. */
import type { Json, JsonObject } from '../../../../lib/workflow/json';

export const machine = (States: JsonObject, StartAt = Object.keys(States)[0] ?? ''): JsonObject => ({
  QueryLanguage: 'JSONata',
  StartAt,
  States,
});

/** A machine of one state. */
export const one = (state: JsonObject): JsonObject => machine({ S: { ...state, End: true } });
export const pass = (more: JsonObject = {}) => one({ Type: 'Pass', ...more });
export const output = (Output: Json) => pass({ Output });
export const wait = (more: JsonObject) => one({ Type: 'Wait', ...more });

export const calling: JsonObject = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
  TimeoutSeconds: 60,
};
export const task = (more: JsonObject = {}) => one({ ...calling, ...more });
export const resource = (Resource: Json) => task({ Resource });

export const end: JsonObject = { Type: 'Succeed' };
export const choice = (rule: JsonObject, more: JsonObject = {}) =>
  machine({ S: { Type: 'Choice', Choices: [{ Next: 'E', ...rule }], Default: 'E', ...more }, E: end });
export const fail = (more: JsonObject) => machine({ S: { Type: 'Fail', ...more } });
export const caught = (catcher: JsonObject, more: JsonObject = {}) =>
  machine({
    S: { ...calling, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'E', ...catcher }], ...more, Next: 'E' },
    E: end,
  });
export const retried = (...Retry: Json[]) => task({ Retry });

export const branch = (States: JsonObject): JsonObject => ({ StartAt: Object.keys(States)[0] ?? '', States });
export const I: JsonObject = { Type: 'Pass', End: true };
export const inline = branch({ I });
export const distributed = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...inline };
export const map = (more: JsonObject = {}) => one({ Type: 'Map', ItemProcessor: inline, ...more });
export const manyMap = (more: JsonObject = {}) =>
  one({ Type: 'Map', Label: 'Lines', ItemProcessor: distributed, ...more });
export const parallel = (more: JsonObject = {}) => one({ Type: 'Parallel', Branches: [inline], ...more });

export const assigning = (name: string): JsonObject => ({ Type: 'Pass', Assign: { [name]: 1 }, End: true });
/** A machine that assigns a variable of this name before the state. */
export const after = (name: string, state: JsonObject) =>
  machine(
    { Before: { Type: 'Pass', Assign: { [name]: 1 }, Next: 'S' }, S: { ...state, End: true } },
    'Before',
  );

export const reader = {
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig: { InputType: 'JSONL' },
  Arguments: { Bucket: 'b', Key: 'k' },
};

export type Accepted = readonly (readonly [what: string, definition: JsonObject])[];
export type Refused = readonly (readonly [what: string, definition: Json, says: string])[];
