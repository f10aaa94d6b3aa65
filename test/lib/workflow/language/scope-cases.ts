/** What an expression can refer to, and which variables a state may assign. */
import {
  type Accepted,
  after,
  assigning,
  branch,
  calling,
  caught,
  choice,
  distributed,
  end,
  fail,
  I,
  machine,
  map,
  output,
  parallel,
  pass,
  type Refused,
  task,
  wait,
} from './builders';

export const accepted: Accepted = [
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
];

export const refused: Refused = [
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
];
