/** Checks the fields of each type of state in JSONata. https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html */
import { isObject, type Json } from '../json';
import {
  all,
  anything,
  type Check,
  exactlyOneOf,
  list,
  mayBeExpression,
  must,
  object,
  oneOf,
  text,
  wholeNumber,
  wholeNumberOrExpression,
} from './check';
import { isExpression } from './expressions';
import { mapFields, objectOrExpression, onlyDistributed } from './map-fields';
import { taskResource } from './resources';

const mostSeconds = 99_999_999;

const common = { Comment: text, QueryLanguage: oneOf('JSONata') };

const name = must('the name of a state', (value) => typeof value === 'string' && value !== '');

/** A letter, then letters, digits and underscores, of any script. `$states` is reserved. */
const isVariableName = (value: string) =>
  /^\p{ID_Start}\p{ID_Continue}{0,79}$/u.test(value) && value !== 'states';

const assign: Check = (value, at) => {
  if (!isObject(value)) return [`${at} must be an object.`];
  return Object.keys(value)
    .filter((variable) => !isVariableName(variable))
    .map((variable) => `${at} has ${JSON.stringify(variable)}, which cannot be the name of a variable.`);
};

const exit = { Assign: assign, Output: anything };

const errorEquals = list(
  must('the name of an error', (value) => typeof value === 'string' && value !== ''),
  1,
);

const retrier = object(
  { ErrorEquals: errorEquals },
  {
    Comment: text,
    IntervalSeconds: wholeNumber(1, mostSeconds),
    MaxAttempts: wholeNumber(0, mostSeconds),
    BackoffRate: must('a number of at least 1', (value) => typeof value === 'number' && value >= 1),
    MaxDelaySeconds: wholeNumber(1, 31_622_400),
    JitterStrategy: oneOf('FULL', 'NONE'),
  },
);

const catcher = object({ ErrorEquals: errorEquals, Next: name }, { Comment: text, ...exit });

/** States.ALL must be alone in its list, and its list the last. */
const allLast: Check = (value, at) =>
  (Array.isArray(value) ? value : []).flatMap((handler, index, { length }) => {
    const errors: Json = isObject(handler) ? (handler.ErrorEquals ?? []) : [];
    if (!Array.isArray(errors) || !errors.includes('States.ALL')) return [];
    if (errors.length > 1)
      return [`${at}[${index}] names States.ALL beside other errors. Let it stand alone.`];
    return index < length - 1 ? [`${at}[${index}] names States.ALL and is not the last. Put it last.`] : [];
  });

const handling = { Retry: all(list(retrier), allLast), Catch: all(list(catcher), allLast) };

const choiceRule = object(
  {
    Condition: must(
      'true, false or an expression ("{% … %}")',
      (value) => typeof value === 'boolean' || isExpression(value),
    ),
    Next: name,
  },
  { Comment: text, ...exit },
);

const credentials = all(objectOrExpression, (value, at) =>
  isObject(value) ? object({ RoleArn: text })(value, at) : [],
);

const shorterHeartbeat: Check = (value, at) => {
  if (!isObject(value)) return [];
  const { HeartbeatSeconds, TimeoutSeconds } = value;
  return typeof HeartbeatSeconds === 'number' &&
    typeof TimeoutSeconds === 'number' &&
    HeartbeatSeconds >= TimeoutSeconds
    ? [`${at}.HeartbeatSeconds must be less than TimeoutSeconds.`]
    : [];
};

const timestamp = mayBeExpression(
  'a moment like 2030-01-31T12:00:00Z',
  (value) =>
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value)),
);

/** A state with Next or End. */
const step = (
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check =>
  all(
    object(
      { Type: anything, ...required },
      {
        ...common,
        ...exit,
        Next: name,
        End: must('true or false', (value) => typeof value === 'boolean'),
        ...optional,
      },
    ),
    exactlyOneOf('Next', 'End'),
  );

const seconds = wholeNumberOrExpression(1, mostSeconds);

/** Keyed by type. The states inside a state are checked separately. */
export const stateChecks: Readonly<Record<string, Check>> = {
  Task: all(
    step(
      { Resource: taskResource },
      {
        Arguments: anything,
        Credentials: credentials,
        TimeoutSeconds: seconds,
        HeartbeatSeconds: seconds,
        ...handling,
      },
    ),
    shorterHeartbeat,
  ),
  Pass: step({}),
  Wait: all(
    step({}, { Seconds: wholeNumberOrExpression(0, mostSeconds), Timestamp: timestamp }),
    exactlyOneOf('Seconds', 'Timestamp'),
  ),
  Parallel: step({ Branches: list(anything, 1) }, { Arguments: anything, ...handling }),
  Map: all(
    step({}, { ItemProcessor: anything, Iterator: anything, ...mapFields, ...handling }),
    exactlyOneOf('ItemProcessor', 'Iterator'),
    onlyDistributed,
  ),
  Choice: object({ Type: anything, Choices: list(choiceRule, 1) }, { ...common, ...exit, Default: name }),
  Succeed: object({ Type: anything }, { ...common, Output: anything }),
  Fail: object({ Type: anything }, { ...common, Error: text, Cause: text }),
};
