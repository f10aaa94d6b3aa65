/**
 * Definitions that AWS takes, and definitions that AWS refuses with the place that it must be told of. What only a
 * rule of ours refuses is in house-rules.test.ts.
 */
import type { Json, JsonObject } from '../../../lib/workflow/json';

const machine = (States: JsonObject, StartAt = Object.keys(States)[0] ?? ''): JsonObject => ({
  QueryLanguage: 'JSONata',
  StartAt,
  States,
});

/** One state that ends the machine. */
const one = (state: JsonObject): JsonObject => machine({ S: { ...state, End: true } });
const pass = (more: JsonObject = {}) => one({ Type: 'Pass', ...more });
const output = (Output: Json) => pass({ Output });
const wait = (more: JsonObject) => one({ Type: 'Wait', ...more });

const calling: JsonObject = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
  TimeoutSeconds: 60,
};
const task = (more: JsonObject = {}) => one({ ...calling, ...more });
const resource = (Resource: Json) => task({ Resource });

const end: JsonObject = { Type: 'Succeed' };
const choice = (rule: JsonObject, more: JsonObject = {}) =>
  machine({ S: { Type: 'Choice', Choices: [{ Next: 'E', ...rule }], Default: 'E', ...more }, E: end });
const fail = (more: JsonObject) => machine({ S: { Type: 'Fail', ...more } });
const caught = (catcher: JsonObject, more: JsonObject = {}) =>
  machine({
    S: { ...calling, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'E', ...catcher }], ...more, Next: 'E' },
    E: end,
  });
const retried = (...Retry: Json[]) => task({ Retry });

const branch = (States: JsonObject): JsonObject => ({ StartAt: Object.keys(States)[0] ?? '', States });
const I: JsonObject = { Type: 'Pass', End: true };
const inline = branch({ I });
const distributed = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...inline };
const map = (more: JsonObject = {}) => one({ Type: 'Map', ItemProcessor: inline, ...more });
const manyMap = (more: JsonObject = {}) =>
  one({ Type: 'Map', Label: 'Lines', ItemProcessor: distributed, ...more });
const parallel = (more: JsonObject = {}) => one({ Type: 'Parallel', Branches: [inline], ...more });

const assigning = (name: string): JsonObject => ({ Type: 'Pass', Assign: { [name]: 1 }, End: true });
/** A variable of this name outside, assigned before the state. */
const after = (name: string, state: JsonObject) =>
  machine(
    { Before: { Type: 'Pass', Assign: { [name]: 1 }, Next: 'S' }, S: { ...state, End: true } },
    'Before',
  );

const reader = {
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig: { InputType: 'JSONL' },
  Arguments: { Bucket: 'b', Key: 'k' },
};

export const accepted: readonly (readonly [what: string, definition: JsonObject])[] = [
  // How an expression may be written.
  ['no space inside the braces', output('{%$states.input.a%}')],
  ['no space after the first brace', output('{%$states.input.a %}')],
  ['no space before the last brace', output('{% $states.input.a%}')],
  ['several lines', output('{%\n  $states.input.a\n%}')],
  ['Windows line ends and tabs', output('{%\r\n\t$states.input.a\r\n\t& "b"\r\n%}')],
  ['braces of JSONata next to the braces', output('{%{"a": $states.input}%}')],
  ['a percent sign and braces in a text of JSONata', output("{% 'a %} b' & '{% c' %}")],
  ['a comment', output('{% /* the order */ $states.input.a %}')],
  ['a regular expression', output('{% $contains($states.input.a, /^[a-z]+%$/i) %}')],
  ['a chain', output('{% $states.input.a ~> $trim() ~> $uppercase() %}')],
  ['a block with a variable of its own', output('{% ($x := $states.input; $x.a) %}')],
  ['a function', output('{% $map($states.input.a, function($v, $i) { $v + $i }) %}')],
  ['a function with a signature', output('{% (λ($n)<n:n>{ $n + 1 })(1) %}')],
  ['a partial application', output('{% ($first := $substring(?, 0, 1); $first($states.input.a)) %}')],
  ['a transformation', output('{% $states.input ~> |lines|{"total": price * 2}| %}')],
  ['names inside a path', output("{% $states.input.lines[sku = 'A'].{'sku': sku, 'all': $} %}")],
  ['names in sorting and grouping', output('{% $states.input.lines^(>price){sku: $sum(price)} %}')],
  ['a name in backquotes inside a path', output('{% $states.input.`order id` %}')],
  ['quotes in quotes', output('{% "it\'s " & \'"a"\' %}')],
  ["AWS's own functions", output("{% $uuid() & $hash('a', 'SHA-256') & $string($partition([1..4], 2)) %}")],
  ['a constant', output('{% 1 %}')],
  ['an expression in a list in a list', output([['{%$states.input%}']])],

  // Literals where any JSON may stand.
  ['Output null', output(null)],
  ['Output null of a Task', task({ Output: null })],
  ['Output a number', output(0)],
  ['Output a boolean', output(false)],
  ['Output a text', output('done')],
  ['Output an empty text', output('')],
  ['Output a list', output([1, 'a', null, ['{%$states.input%}']])],
  ['Output an empty list', output([])],
  ['Output an empty object', output({})],
  ['a text of several lines below Output', output({ text: 'one\ntwo', empty: '' })],
  ['a key that ends in .$', output({ 'a.$': '$.b' })],
  ['an empty key', output({ '': 1 })],
  [
    "fields' names as data",
    output({ States: { A: 1 }, Next: 1, Comment: '{% $states.input %}', Result: null }),
  ],
  ['Output null of a Choice', choice({ Condition: true }, { Output: null })],
  ['Output a number of a Succeed', machine({ S: { Type: 'Succeed', Output: 1 } })],
  ['Output a text of a catcher', caught({ Output: 'failed' })],
  ['Output a list of a Parallel', parallel({ Output: [1] })],
  ['Output of a Wait', wait({ Seconds: 1, Output: null })],
  ['values of any kind in Assign', pass({ Assign: { a: null, b: [1, ''], c: { d: 'x' }, e: '{%1%}' } })],
  ['an empty Assign', pass({ Assign: {} })],
  ['a variable in another script', pass({ Assign: { größe_1: 1 } })],
  ['ItemSelector a text', map({ ItemSelector: 'x' })],
  ['ItemSelector null', map({ ItemSelector: null })],
  ['ItemSelector an expression', map({ ItemSelector: '{%$states.context.Map.Item.Value%}' })],
  ['Items a list', map({ Items: [1, '{%$states.input%}'] })],
  ['Items an object', map({ Items: { a: 1 } })],
  ['Items an expression', map({ Items: '{%$states.input.lines%}' })],
  ['BatchInput a list', manyMap({ ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: [1] } })],

  // Expressions and literals of the fields that want something in particular.
  ['a Condition true', choice({ Condition: true })],
  ['a Condition false', choice({ Condition: false })],
  ['a Condition without spaces', choice({ Condition: '{%$states.input.a = 1%}' })],
  ['Assign and Output of a rule', choice({ Condition: true, Assign: { a: 1 }, Output: '{%$states.input%}' })],
  ['Assign of a Choice itself', choice({ Condition: true }, { Assign: { a: '{%$states.input%}' } })],
  ['Seconds', wait({ Seconds: 0 })],
  ['Seconds an expression', wait({ Seconds: '{%$states.input.n%}' })],
  ['Timestamp', wait({ Timestamp: '2030-01-31T12:00:00Z' })],
  ['Timestamp with fractions and an offset', wait({ Timestamp: '2030-01-31T12:00:00.5+02:00' })],
  ['Timestamp an expression', wait({ Timestamp: '{%$states.input.at%}' })],
  ['TimeoutSeconds an expression', task({ TimeoutSeconds: '{%$states.input.n\n%}' })],
  ['HeartbeatSeconds below TimeoutSeconds', task({ HeartbeatSeconds: 59 })],
  ['HeartbeatSeconds an expression', task({ HeartbeatSeconds: '{%10%}' })],
  ['Error and Cause expressions', fail({ Error: '{%$states.input.e%}', Cause: '{%"a"%}' })],
  ['Error and Cause texts', fail({ Error: 'Broken', Cause: '' })],
  ['a Fail without fields', fail({})],
  ['Arguments a list', task({ Arguments: [1, '{%$states.input%}'] })],
  ['Arguments an expression', task({ Arguments: '{%$states.input%}' })],
  ['Arguments with literals of any kind', task({ Arguments: { FunctionName: 'f', Payload: [null, '', 1] } })],
  [
    'no Arguments',
    machine({ S: { Type: 'Task', Resource: calling.Resource ?? '', TimeoutSeconds: 1, End: true } }),
  ],
  ['Arguments of a Parallel', parallel({ Arguments: { a: '{%$states.input%}' } })],
  ['Credentials', task({ Credentials: { RoleArn: 'arn:aws:iam::123456789012:role/r' } })],
  ['Credentials with an expression', task({ Credentials: { RoleArn: '{%$states.input.role%}' } })],
  ['MaxConcurrency 0', map({ MaxConcurrency: 0 })],
  ['MaxConcurrency an expression', map({ MaxConcurrency: '{%$states.input.n%}' })],
  ['an inline Map with ToleratedFailurePercentage', map({ ToleratedFailurePercentage: 100 })],
  ['an inline Map with half a percent', map({ ToleratedFailurePercentage: 0.5 })],
  ['an inline Map with ToleratedFailureCount', map({ ToleratedFailureCount: '{%$states.input.n%}' })],
  ['an inline Map with a Label', map({ Label: 'Lines' })],
  ['an inline Map that says so', map({ ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...inline } })],
  ['a reader of lines', manyMap({ ItemReader: reader })],
  [
    'a reader with expressions',
    manyMap({
      ItemReader: {
        ...reader,
        Arguments: '{%$states.input%}',
        ReaderConfig: { InputType: 'JSON', MaxItems: '{%9%}' },
      },
    }),
  ],
  [
    'a reader of CSV',
    manyMap({
      ItemReader: {
        ...reader,
        ReaderConfig: {
          InputType: 'CSV',
          CSVHeaderLocation: 'GIVEN',
          CSVHeaders: ['a'],
          CSVDelimiter: 'TAB',
        },
      },
    }),
  ],
  [
    'a reader of names',
    manyMap({ ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Arguments: { Bucket: 'b' } } }),
  ],
  ['batches by bytes', manyMap({ ItemBatcher: { MaxInputBytesPerBatch: '{%$states.input.n%}' } })],
  [
    'a writer to S3',
    manyMap({
      ResultWriter: {
        Resource: 'arn:aws:states:::s3:putObject',
        Arguments: '{%{"Bucket": $states.input.to}%}',
      },
    }),
  ],
  [
    'a writer that formats',
    manyMap({ ResultWriter: { WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSON' } } }),
  ],

  // $states
  ['$states.input and $states.context', output('{% [$states.input, $states.context.Execution.Name] %}')],
  ['$states.result in Output of a Task', task({ Output: '{% $states.result.Payload %}' })],
  ['$states.result in Assign of a Map', map({ Assign: { n: '{% $count($states.result) %}' } })],
  ['$states.result in Output of a Parallel', parallel({ Output: { first: '{% $states.result[0] %}' } })],
  ['$states.errorOutput in Output of a catcher', caught({ Output: '{% $states.errorOutput.Cause %}' })],
  ['$states.errorOutput in Assign of a catcher', caught({ Assign: { e: '{% $states.errorOutput %}' } })],
  ['$states.input in a catcher', caught({ Output: '{% $states.input %}' })],
  ['$states as a whole', output('{% $keys($states) %}')],
  ['a field called result', output('{% $states.input.result & $states.input.errorOutput %}')],
  ['$states in a text of JSONata', output("{% 'see $states.result' %}")],

  // Variables
  [
    'the same variable in two branches',
    parallel({ Branches: [branch({ A: assigning('v') }), branch({ B: assigning('v') })] }),
  ],
  [
    'the same variable in two states',
    machine({ A: { Type: 'Pass', Assign: { v: 1 }, Next: 'B' }, B: assigning('v') }),
  ],
  [
    "the same variable in a branch and the Parallel's catcher",
    machine({
      P: {
        Type: 'Parallel',
        Branches: [branch({ T: { ...calling, Assign: { v: '{% $states.result %}' }, End: true } })],
        Catch: [{ ErrorEquals: ['States.ALL'], Assign: { v: '{% $states.errorOutput.Error %}' }, Next: 'H' }],
        Next: 'H',
      },
      H: { Type: 'Pass', Output: '{% $v %}', End: true },
    }),
  ],
  [
    "the same variable in an iteration and the Map's catcher",
    machine({
      M: {
        Type: 'Map',
        ItemProcessor: branch({ J: assigning('v') }),
        Catch: [{ ErrorEquals: ['States.ALL'], Assign: { v: 1 }, Next: 'E' }],
        Next: 'E',
      },
      E: end,
    }),
  ],
  [
    'the same variable outside a Distributed Map',
    after('v', {
      Type: 'Map',
      Label: 'L',
      ItemProcessor: { ...distributed, ...branch({ J: assigning('v') }) },
    }),
  ],
  [
    'reading a variable of outside',
    after('v', { Type: 'Map', ItemProcessor: branch({ J: { ...I, Output: '{% $v %}' } }) }),
  ],

  // What a Task may call.
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

  // The whole
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

export const refused: readonly (readonly [what: string, definition: Json, says: string])[] = [
  // Expressions
  ['an expression that does not parse', output('{% 1 + %}'), 'S has an expression that does not parse'],
  ['an empty expression', output('{%%}'), 'S has an expression that does not parse'],
  ['a bracket that is not closed', task({ Arguments: { a: ['{% $f( %}'] } }), 'In Arguments.a[0]: $f('],
  ['a text that is not closed', choice({ Condition: "{%'a%}" }), 'S has an expression that does not parse'],
  [
    'a wrong expression below a key Comment',
    output({ Comment: '{% 1 + %}' }),
    'S has an expression that does not parse',
  ],
  ['an expression without an end', output('{% $states.input'), 'S.Output begins an expression'],
  ['$$', output('{% $$ %}'), 'S uses $$ at the root'],
  ['$', output('{% $.order %}'), 'S uses $ at the root'],
  ['a bare name', output('{% order.id %}'), 'S uses order at the root'],
  [
    'a bare name in a function',
    output('{% $map($states.input, function($v) { order }) %}'),
    'S uses order at the root',
  ],
  [
    'a bare name in a condition',
    output("{% $states.input.paid ? order : 'none' %}"),
    'S uses order at the root',
  ],
  ['a bare name with a filter', output('{% order[id = 1].total %}'), 'S uses order at the root'],
  ['a key that is a bare name', output('{% {orderId: 1} %}'), 'S uses orderId at the root'],
  [
    '$ as the argument of a chain',
    output('{% $states.input.lines.(sku & $string($$)) ~> $append($) %}'),
    'S uses $ at the root',
  ],
  ['a wildcard', output('{% *.id %}'), 'S uses * at the root'],
  ['a descendant', output('{% **.id %}'), 'S uses ** at the root'],
  ['a bare name in Seconds', wait({ Seconds: '{%n%}' }), 'S uses n at the root'],

  // $states
  ['$states.result in Output of a Pass', output({ r: '{%$states.result%}' }), 'S uses $states.result'],
  [
    '$states.result in Assign of a Wait',
    wait({ Seconds: 1, Assign: { r: '{%$states.result%}' } }),
    'S uses $states.result',
  ],
  [
    '$states.result in Output of a Choice',
    choice({ Condition: true, Output: '{%$states.result%}' }),
    'S uses $states.result',
  ],
  ['$states.result in a Condition', choice({ Condition: '{%$states.result = 1%}' }), 'S uses $states.result'],
  [
    '$states.result in Arguments',
    task({ Arguments: { Payload: '{%$states.result.a%}' } }),
    'S uses $states.result',
  ],
  [
    '$states.result in TimeoutSeconds',
    task({ TimeoutSeconds: '{%$states.result%}' }),
    'S uses $states.result',
  ],
  ['$states.result in a catcher', caught({ Output: '{%$states.result%}' }), 'S uses $states.result'],
  ['$states.result in Items', map({ Items: '{%$states.result%}' }), 'S uses $states.result'],
  [
    '$states.result in ItemSelector',
    map({ ItemSelector: { a: '{%$states.result%}' } }),
    'S uses $states.result',
  ],
  ['$states.result in a Fail', fail({ Cause: '{%$states.result%}' }), 'S uses $states.result'],
  [
    '$states.result in a Succeed',
    machine({ S: { Type: 'Succeed', Output: '{%$states.result%}' } }),
    'S uses $states.result',
  ],
  [
    '$states.result inside a function',
    output('{%$map([1], function($v) { $states.result })%}'),
    'S uses $states.result',
  ],
  [
    '$states.errorOutput in Output of a Task',
    task({ Output: '{%$states.errorOutput%}' }),
    'S uses $states.errorOutput',
  ],
  [
    '$states.errorOutput in Assign of a Task',
    task({ Assign: { e: '{%$states.errorOutput.Error%}' } }),
    'S uses $states.errorOutput',
  ],
  [
    '$states.errorOutput in Arguments',
    task({ Arguments: '{%$states.errorOutput%}' }),
    'S uses $states.errorOutput',
  ],
  ['$states.errorOutput in a Pass', output('{%$states.errorOutput%}'), 'S uses $states.errorOutput'],
  [
    '$states.errorOutput in a Choice',
    choice({ Condition: '{%$exists($states.errorOutput)%}' }),
    'S uses $states.errorOutput',
  ],
  ['$states.output', output({ r: '{%$states.output%}' }), 'S uses $states.output'],
  ['$states.Input', task({ Output: '{%$states.Input%}' }), 'S uses $states.Input'],
  ['$states.error in a catcher', caught({ Output: '{%$states.error%}' }), 'S uses $states.error,'],
  ['$states.`result` in a Pass', output('{%$states.`result`%}'), 'S uses $states.result'],

  // Variables
  [
    'a variable of outside in a branch',
    after('v', { Type: 'Parallel', Branches: [branch({ J: assigning('v') })] }),
    'J assigns $v',
  ],
  [
    'a variable of outside in an iteration',
    after('v', { Type: 'Map', ItemProcessor: branch({ J: assigning('v') }) }),
    'J assigns $v',
  ],
  [
    'a variable of outside in a branch of a branch',
    after('v', {
      Type: 'Parallel',
      Branches: [branch({ P: { Type: 'Parallel', Branches: [branch({ J: assigning('v') })], End: true } })],
    }),
    'J assigns $v',
  ],
  [
    "a variable of outside in a branch's catcher",
    after('v', {
      Type: 'Parallel',
      Branches: [
        branch({
          T: { ...calling, Catch: [{ ErrorEquals: ['E'], Assign: { v: 1 }, Next: 'J' }], Next: 'J' },
          J: I,
        }),
      ],
    }),
    'T assigns $v',
  ],
  [
    "a variable of a branch that another state's catcher assigns",
    machine({
      T: { ...calling, Catch: [{ ErrorEquals: ['E'], Assign: { v: 1 }, Next: 'P' }], Next: 'P' },
      P: { Type: 'Parallel', Branches: [branch({ J: assigning('v') })], End: true },
    }),
    'J assigns $v',
  ],
  [
    'a variable of a branch that the Parallel itself assigns',
    parallel({ Branches: [branch({ J: assigning('v') })], Assign: { v: 1 } }),
    'J assigns $v',
  ],
  ['the variable $states', pass({ Assign: { states: 1 } }), 'S.Assign has "states"'],
  ['a variable with a hyphen', pass({ Assign: { 'order-id': 1 } }), 'S.Assign has "order-id"'],
  ['a variable that begins with a digit', caught({ Assign: { '1st': 1 } }), 'S.Catch[0].Assign has "1st"'],
  ['a variable with a dollar sign', pass({ Assign: { $a: 1 } }), 'S.Assign has "$a"'],
  ['Assign that is no object', pass({ Assign: '{% {"a": 1} %}' }), 'S.Assign must be an object'],

  // JSONPath
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

  // Fields that are missing, misplaced or wrong.
  ['a state that is a text', machine({ S: 'Pass' }), 'S must be an object'],
  [
    'a state that is null',
    machine({ A: { Type: 'Pass', Next: 'S' }, S: null, E: end }),
    'S must be an object',
  ],
  ['a state that is a list', machine({ S: [] }), 'S must be an object'],
  [
    'a state of a branch that is no object',
    parallel({ Branches: [branch({ J: 1 })] }),
    'J must be an object',
  ],
  [
    'States that is a list',
    { QueryLanguage: 'JSONata', StartAt: 'S', States: [] },
    'States must be an object',
  ],
  [
    'States that is null',
    { QueryLanguage: 'JSONata', StartAt: 'S', States: null },
    'States must be an object',
  ],
  ['no States', { QueryLanguage: 'JSONata', StartAt: 'S' }, 'has no States'],
  ['no states', machine({}), 'States must not be empty'],
  [
    'QueryLanguage among the states',
    machine({ QueryLanguage: 'JSONata', S: I }),
    'QueryLanguage must be an object',
  ],
  ['no StartAt', { QueryLanguage: 'JSONata', States: { S: end } }, 'has no StartAt'],
  ['no Type', machine({ S: { End: true } }), 'S.Type must be'],
  ['an unknown Type', one({ Type: 'Loop' }), 'S.Type must be'],
  ['a Type that every object has', one({ Type: 'constructor' }), 'S.Type must be'],
  ['an unknown field of the whole', { ...pass(), Timeout: 5 }, 'The definition has the field Timeout,'],
  ['a Version other than 1.0', { ...pass(), Version: '2' }, 'The definition.Version must be 1.0'],
  ['a misspelt field', pass({ Ouput: 1 }), 'S has the field Ouput,'],
  ['TimeoutSeconds of a Parallel', parallel({ TimeoutSeconds: 5 }), 'S has the field TimeoutSeconds,'],
  ['TimeoutSeconds of a Map', map({ TimeoutSeconds: 5 }), 'S has the field TimeoutSeconds,'],
  ['Catch of a Pass', pass({ Catch: [] }), 'S has the field Catch,'],
  ['Retry of a Wait', wait({ Seconds: 1, Retry: [] }), 'S has the field Retry,'],
  ['Arguments of a Pass', pass({ Arguments: {} }), 'S has the field Arguments,'],
  ['Arguments of a Map', map({ Arguments: {} }), 'S has the field Arguments,'],
  ['Next of a Succeed', machine({ S: { Type: 'Succeed', Next: 'S' } }), 'S has the field Next,'],
  ['End of a Fail', fail({ End: true }), 'S has the field End,'],
  ['Assign of a Succeed', machine({ S: { Type: 'Succeed', Assign: {} } }), 'S has the field Assign,'],
  ['Output of a Fail', fail({ Output: 1 }), 'S has the field Output,'],
  ['End of a Choice', choice({ Condition: true }, { End: true }), 'S has the field End,'],
  ['neither Next nor End', machine({ S: { Type: 'Pass' }, E: end }), 'S must have either Next or End'],
  ['End false alone', machine({ S: { Type: 'Pass', End: false }, E: end }), 'S must have either Next or End'],
  [
    'Next and End',
    machine({ S: { Type: 'Pass', Next: 'E', End: true }, E: end }),
    'S must have either Next or End',
  ],
  ['no Choices', machine({ S: { Type: 'Choice', Default: 'E' }, E: end }), 'S has no Choices'],
  [
    'empty Choices',
    machine({ S: { Type: 'Choice', Choices: [], Default: 'E' }, E: end }),
    'S.Choices must not be empty',
  ],
  ['a rule without a Condition', choice({}), 'S.Choices[0] has no Condition'],
  ['a Condition that is a text', choice({ Condition: 'true' }), 'S.Choices[0].Condition must be'],
  ['a Condition that is a number', choice({ Condition: 1 }), 'S.Choices[0].Condition must be'],
  ['no Branches', one({ Type: 'Parallel' }), 'S has no Branches'],
  ['empty Branches', parallel({ Branches: [] }), 'S.Branches must not be empty'],
  ['a branch that is no object', parallel({ Branches: [1] }), 'S.Branches[0] must be an object'],
  [
    'a branch without StartAt',
    parallel({ Branches: [{ States: { J: I } }] }),
    'S.Branches[0] has no StartAt',
  ],
  ['a Map without ItemProcessor', one({ Type: 'Map' }), 'S must have either ItemProcessor or Iterator'],
  ['neither Seconds nor Timestamp', wait({}), 'S must have either Seconds or Timestamp'],
  [
    'Seconds and Timestamp',
    wait({ Seconds: 1, Timestamp: '2030-01-01T00:00:00Z' }),
    'S must have either Seconds or Timestamp',
  ],
  ['Seconds below 0', wait({ Seconds: -1 }), 'S.Seconds must be'],
  ['Seconds a text', wait({ Seconds: '10' }), 'S.Seconds must be'],
  ['Timestamp that is none', wait({ Timestamp: 'tomorrow' }), 'S.Timestamp must be'],
  ['Timestamp with a small t', wait({ Timestamp: '2030-01-01t00:00:00Z' }), 'S.Timestamp must be'],
  ['TimeoutSeconds 0', task({ TimeoutSeconds: 0 }), 'S.TimeoutSeconds must be'],
  ['TimeoutSeconds a text', task({ TimeoutSeconds: '60' }), 'S.TimeoutSeconds must be'],
  [
    'HeartbeatSeconds as long as TimeoutSeconds',
    task({ HeartbeatSeconds: 60 }),
    'S.HeartbeatSeconds must be less',
  ],
  ['Items a text', map({ Items: 'x' }), 'S.Items must be'],
  ['Error a number', fail({ Error: 5 }), 'S.Error must be a text'],
  ['empty Credentials', task({ Credentials: {} }), 'S.Credentials has no RoleArn'],
  [
    'Credentials with something else',
    task({ Credentials: { RoleArn: 'r', Role: 'x' } }),
    'S.Credentials has the field Role,',
  ],
  ['MaxConcurrency below 0', map({ MaxConcurrency: -1 }), 'S.MaxConcurrency must be'],
  [
    'ToleratedFailurePercentage above 100',
    map({ ToleratedFailurePercentage: 101 }),
    'S.ToleratedFailurePercentage must be',
  ],
  ['ToleratedFailureCount a text', map({ ToleratedFailureCount: 'x' }), 'S.ToleratedFailureCount must be'],
  ['a Label with a space', manyMap({ Label: 'two words' }), 'S.Label must be'],
  ['a Label of 41 characters', manyMap({ Label: 'x'.repeat(41) }), 'S.Label must be'],
  ['a Label that is an expression', manyMap({ Label: '{%"a"%}' }), 'S.Label must be'],
  ['ItemReader of an inline Map', map({ ItemReader: reader }), 'S has ItemReader, which'],
  ['ItemBatcher of an inline Map', map({ ItemBatcher: { MaxItemsPerBatch: 2 } }), 'S has ItemBatcher, which'],
  ['ResultWriter of an inline Map', map({ ResultWriter: {} }), 'S has ResultWriter, which'],
  [
    'an ItemReader of something else',
    manyMap({ ItemReader: { ...reader, Resource: 'arn:aws:states:::s3:putObject' } }),
    'S.ItemReader.Resource must be',
  ],
  [
    'an unknown InputType',
    manyMap({ ItemReader: { ...reader, ReaderConfig: { InputType: 'XML' } } }),
    'S.ItemReader.ReaderConfig.InputType must be',
  ],
  [
    'CSV without CSVHeaderLocation',
    manyMap({ ItemReader: { ...reader, ReaderConfig: { InputType: 'CSV' } } }),
    'S.ItemReader.ReaderConfig has no CSVHeaderLocation',
  ],
  ['an empty ItemBatcher', manyMap({ ItemBatcher: {} }), 'S.ItemBatcher must have'],
  [
    'an unknown Transformation',
    manyMap({ ResultWriter: { WriterConfig: { Transformation: 'ZIP' } } }),
    'S.ResultWriter.WriterConfig.Transformation must be',
  ],
  [
    'DISTRIBUTED without ExecutionType',
    map({ ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, ...inline } }),
    'S.ItemProcessor.ProcessorConfig has no ExecutionType',
  ],
  [
    'INLINE with ExecutionType',
    map({ ItemProcessor: { ProcessorConfig: { Mode: 'INLINE', ExecutionType: 'STANDARD' }, ...inline } }),
    'S.ItemProcessor.ProcessorConfig has ExecutionType',
  ],
  [
    'an unknown Mode',
    map({ ItemProcessor: { ProcessorConfig: { Mode: 'SPREAD' }, ...inline } }),
    'S.ItemProcessor.ProcessorConfig.Mode must be',
  ],
  ['a retrier without ErrorEquals', retried({ MaxAttempts: 1 }), 'S.Retry[0] has no ErrorEquals'],
  ['empty ErrorEquals', retried({ ErrorEquals: [] }), 'S.Retry[0].ErrorEquals must not be empty'],
  ['ErrorEquals that is a text', retried({ ErrorEquals: 'E' }), 'S.Retry[0].ErrorEquals must be a list'],
  [
    'BackoffRate below 1',
    retried({ ErrorEquals: ['E'], BackoffRate: 0.5 }),
    'S.Retry[0].BackoffRate must be',
  ],
  [
    'MaxAttempts an expression',
    retried({ ErrorEquals: ['E'], MaxAttempts: '{%1%}' }),
    'S.Retry[0].MaxAttempts must be',
  ],
  [
    'JitterStrategy in lower case',
    retried({ ErrorEquals: ['E'], JitterStrategy: 'full' }),
    'S.Retry[0].JitterStrategy must be',
  ],
  [
    'States.ALL beside others',
    retried({ ErrorEquals: ['E', 'States.ALL'] }),
    'S.Retry[0] names States.ALL beside',
  ],
  [
    'States.ALL before others',
    retried({ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }),
    'S.Retry[0] names States.ALL and is not the last',
  ],
  [
    'States.ALL beside others in a catcher',
    caught({ ErrorEquals: ['States.ALL', 'E'] }),
    'S.Catch[0] names States.ALL beside',
  ],
  ['a catcher without Next', task({ Catch: [{ ErrorEquals: ['E'] }] }), 'S.Catch[0] has no Next'],
  ['a Next that is no text', machine({ S: { Type: 'Pass', Next: 1 }, E: end }), 'S.Next must be'],
  ['a name of 81 characters', machine({ ['x'.repeat(81)]: end }), 'must have a name of 1 to 80'],

  // Resources
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

  // Flow
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
