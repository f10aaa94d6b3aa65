/** A definition and its bindings must have the same names, and AWS must accept the definition. */
import { definitionProblems } from '../../../lib/workflow/definition';

const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Notify',
  States: {
    Notify: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sns:publish',
      TimeoutSeconds: 10,
      Arguments: { TopicArn: '${OrdersTopic}', Message: '{% $states.input %}' },
      End: true,
    },
  },
};

const problemsOf = (text: string, ...names: string[]) =>
  definitionProblems({
    file: 'statemachines/orders.asl.json',
    text,
    bindings: Object.fromEntries(names.map((name) => [name, { value: 'anything' }])),
    workflow: 'Shop/Orders/Workflow',
    stage: 'dev',
  });

test('there is no problem when every placeholder has a binding and every binding is used', () => {
  expect(problemsOf(JSON.stringify(definition), 'OrdersTopic')).toEqual([]);
});

test('a placeholder without a binding names file, placeholder and fix', () => {
  expect(problemsOf(JSON.stringify(definition))).toEqual([
    'statemachines/orders.asl.json uses ${OrdersTopic}, but the Workflow Shop/Orders/Workflow has no ' +
      'binding of that name.\nAdd it to its `bindings`, or remove it from the definition.',
  ]);
});

test('a binding without a placeholder names workflow, binding and fix', () => {
  expect(problemsOf(JSON.stringify(definition), 'OrdersTopic', 'OrderTable')).toEqual([
    'The Workflow Shop/Orders/Workflow has the binding OrderTable, but statemachines/orders.asl.json does not ' +
      'use ${OrderTable}.\nRemove it from its `bindings`, or use it in the definition.',
  ]);
});

test('a name that every object inherits is not a binding', () => {
  expect(problemsOf(JSON.stringify(definition).replace('OrdersTopic', 'constructor'))).toHaveLength(1);
});

test.each(['${AWS::Partition}', '${Orders-Topic}', '${}', '${Orders'])('"%s" is no placeholder', (stray) => {
  const text = JSON.stringify(definition).replace('${OrdersTopic}', stray);
  expect(problemsOf(text)).toEqual([
    expect.stringMatching(/^statemachines\/orders.asl.json: "\$\{.* is no placeholder/),
  ]);
});

test.each([
  ['not JSON', '{ "StartAt": ', /not JSON: /],
  ['a list', '[]', /not in JSONata/],
  ['in JSONPath', JSON.stringify({ ...definition, QueryLanguage: 'JSONPath' }), /not in JSONata/],
  ['leading nowhere', JSON.stringify({ ...definition, StartAt: 'Start' }), /Start/],
  [
    'waiting for ever',
    JSON.stringify(definition).replace('"TimeoutSeconds":10,', ''),
    /Notify has no Timeout/,
  ],
  [
    'a syntax error',
    JSON.stringify(definition).replace('$states.input', '$states.'),
    /Notify has an expression that does not parse/,
  ],
])('a definition that is %s is refused', (_what, text, message) => {
  const found = problemsOf(text, 'OrdersTopic').filter((problem) => !problem.includes('does not use'));
  expect(found).not.toEqual([]);
  for (const problem of found) expect(problem).toMatch(/^statemachines\/orders.asl.json: /);
  expect(found.join('\n')).toMatch(message);
});
