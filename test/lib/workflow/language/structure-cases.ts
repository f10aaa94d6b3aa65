/** JSONPath, the Resources of Tasks, transitions, and the definition as a whole. */
import {
  type Accepted,
  branch,
  caught,
  choice,
  distributed,
  end,
  I,
  inline,
  machine,
  manyMap,
  map,
  one,
  parallel,
  pass,
  type Refused,
  reader,
  resource,
  retried,
  task,
  wait,
} from './builders';

export const accepted: Accepted = [
  ...[
    'arn:aws:lambda:eu-central-1:123456789012:function:charge',
    'arn:aws:lambda:eu-central-1:123456789012:function:charge:live',
    'arn:aws:states:eu-central-1:123456789012:activity:pack',
    'arn:aws:states:::lambda:invoke.waitForTaskToken',
    'arn:aws:states:::glue:startJobRun.sync',
    'arn:aws:states:::batch:submitJob.sync',
    'arn:aws:states:::ecs:runTask.waitForTaskToken',
    'arn:aws:states:::bedrock:invokeModel',
    'arn:aws:states:::events:putEvents',
    'arn:aws:states:::states:startExecution.sync',
    'arn:aws:states:::states:startExecution.sync:2',
    'arn:aws:states:::aws-sdk:dynamodb:transactWriteItems',
    'arn:aws:states:::aws-sdk:s3:listObjectsV2',
    'arn:aws:states:::aws-sdk:sfn:startSyncExecution.waitForTaskToken',
    'arn:aws-us-gov:states:::sqs:sendMessage',
  ].map((arn) => [arn, resource(arn)] as const),

  ['QueryLanguage of a state', pass({ QueryLanguage: 'JSONata' })],
  ['all fields of the whole', { ...pass(), Comment: '', Version: '1.0', TimeoutSeconds: 60 }],
  [
    'comments everywhere',
    { ...caught({ Comment: 'c' }, { Comment: 'c', Retry: [{ ErrorEquals: ['E'], Comment: 'c' }] }) },
  ],
  ['an End that is false beside Next', machine({ A: { Type: 'Pass', End: false, Next: 'E' }, E: end })],
  [
    'all fields of a retrier',
    retried({
      ErrorEquals: ['E'],
      IntervalSeconds: 1,
      MaxAttempts: 0,
      BackoffRate: 1,
      MaxDelaySeconds: 1,
      JitterStrategy: 'NONE',
    }),
  ],
  ['an empty Retry', retried()],
  [
    'a state that leads to itself',
    machine({
      S: { Type: 'Choice', Choices: [{ Condition: '{%$states.input%}', Next: 'S' }], Default: 'E' },
      E: end,
    }),
  ],
  [
    'a branch that never ends',
    parallel({ Branches: [branch({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } })] }),
  ],
  ['a name of 80 characters', machine({ ['x'.repeat(80)]: end })],
];

export const refused: Refused = [
  ...(
    [
      ['InputPath', '$.a', 'Use Arguments or Output'],
      ['OutputPath', '$.a', 'Use Output'],
      ['ResultPath', null, 'Use Output'],
      ['Parameters', { a: 1 }, 'Use Arguments'],
      ['Result', 1, 'Use Output'],
    ] as const
  ).map(
    ([field, value, says]) =>
      [field, pass({ [field]: value }), `S has ${field}, a field of JSONPath. ${says}`] as const,
  ),
  ['ResultSelector', task({ ResultSelector: { 'a.$': '$.b' } }), 'S has ResultSelector, a field of JSONPath'],
  ['ItemsPath', map({ ItemsPath: '$.a' }), 'S has ItemsPath, a field of JSONPath. Use Items'],
  ['TimeoutSecondsPath', task({ TimeoutSecondsPath: '$.a' }), 'Use TimeoutSeconds.'],
  ['MaxConcurrencyPath', map({ MaxConcurrencyPath: '$.a' }), 'Use MaxConcurrency.'],
  ['SecondsPath', wait({ SecondsPath: '$.a' }), 'Use Seconds.'],
  [
    'MaxItemsPerBatchPath',
    manyMap({ ItemBatcher: { MaxItemsPerBatchPath: '$.n' } }),
    'Use MaxItemsPerBatch.',
  ],
  [
    'a rule with a Variable',
    choice({ Variable: '$.a', IsNull: true }),
    'S.Choices[0] has Variable, a field of JSONPath',
  ],
  [
    'ResultPath of a catcher',
    caught({ ResultPath: '$.e' }),
    'S.Catch[0] has ResultPath, a field of JSONPath',
  ],
  ['a state in JSONPath', pass({ QueryLanguage: 'JSONPath' }), 'S.QueryLanguage must be JSONata'],
  ['a QueryLanguage in lower case', pass({ QueryLanguage: 'jsonata' }), 'S.QueryLanguage must be JSONata'],
  [
    'QueryLanguage of an ItemProcessor',
    map({ ItemProcessor: { QueryLanguage: 'JSONata', ...inline } }),
    'S.ItemProcessor has the field QueryLanguage',
  ],
  [
    'QueryLanguage of a branch',
    parallel({ Branches: [{ QueryLanguage: 'JSONata', ...inline }] }),
    'S.Branches[0] has the field QueryLanguage',
  ],
  [
    'Parameters of a ResultWriter',
    manyMap({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: {} } }),
    'S.ResultWriter has Parameters',
  ],
  [
    'Parameters of an ItemReader',
    manyMap({ ItemReader: { ...reader, Parameters: {} } }),
    'S.ItemReader has Parameters',
  ],

  ...[
    'arn:aws:sns:us-east-1:123456789012:orders',
    'arn:aws:dynamodb:us-east-1:123456789012:table/inventory',
    'arn:aws:states:::sns:send',
    'arn:aws:states:::aws-sdk:dynamodb:TransactWriteItems',
    'arn:aws:states:::constructor',
    'charge',
    '{% $states.input.arn %}',
  ].map(
    (arn) =>
      [
        `the Resource ${arn}`,
        resource(arn),
        `S.Resource is ${arn}, which is no service integration`,
      ] as const,
  ),
  [
    'sns:publish.sync',
    resource('arn:aws:states:::sns:publish.sync'),
    'S.Resource is sns:publish with .sync, which AWS does not offer',
  ],
  [
    'dynamodb:getItem.waitForTaskToken',
    resource('arn:aws:states:::dynamodb:getItem.waitForTaskToken'),
    'which AWS does not offer',
  ],
  [
    'aws-sdk:dynamodb:createTable.sync:2',
    resource('arn:aws:states:::aws-sdk:dynamodb:createTable.sync:2'),
    'which AWS does not offer',
  ],
  ['no Resource', one({ Type: 'Task' }), 'S has no Resource'],
  ['a Resource that is no text', resource({}), 'S.Resource must be a text'],

  ['a StartAt that is not there', machine({ S: end }, 'A'), 'leads to A'],
  ['a Next that is not there', machine({ S: { Type: 'Pass', Next: 'A' }, E: end }), 'S leads to A'],
  ['a Default that is not there', choice({ Condition: true }, { Default: 'A' }), 'S leads to A'],
  ['a rule that leads nowhere', choice({ Condition: true, Next: 'A' }), 'S leads to A'],
  ['a catcher that leads nowhere', caught({ Next: 'A' }), 'S leads to A'],
  [
    'a branch that leads outside',
    machine({
      P: { Type: 'Parallel', Branches: [branch({ J: { Type: 'Pass', Next: 'E' } })], Next: 'E' },
      E: end,
    }),
    'J leads to E',
  ],
  [
    'a state that leads into a branch',
    machine({
      A: { Type: 'Pass', Next: 'J' },
      P: { Type: 'Parallel', Branches: [branch({ J: I })], End: true },
    }),
    'A leads to J',
  ],
  ['a state that is not reachable', machine({ S: end, A: I }), 'A is not reachable'],
  [
    'a state that only leads to itself',
    machine({ S: end, A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'A' }] } }),
    'A is not reachable',
  ],
  [
    'a state of an iteration that is not reachable',
    map({ ItemProcessor: { StartAt: 'I', States: { I, J: I } } }),
    'J is not reachable',
  ],
  [
    'no end',
    machine({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } }),
    'has no state that ends it',
  ],
  [
    'the same name in a branch',
    machine({ S: { Type: 'Parallel', Branches: [branch({ S: I })], End: true } }),
    'S is the name of more than one state',
  ],
  [
    'the same Label twice',
    machine({
      A: { Type: 'Map', Label: 'L', ItemProcessor: distributed, Next: 'B' },
      B: { Type: 'Map', Label: 'L', ItemProcessor: { ...distributed, ...branch({ J: I }) }, End: true },
    }),
    'L is the Label of more than one Map',
  ],
];
