/** The syntax of expressions. */
import { type Accepted, choice, output, type Refused, task, wait } from './builders';

export const accepted: Accepted = [
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
];

export const refused: Refused = [
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
];
