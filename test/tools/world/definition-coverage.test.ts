/** What a definition consists of, and what is said of what nothing has reached. */
import { allParts, coverageOf, partsOf } from '../../../tools/world/definition-coverage';
import { openShop } from '../../../tools/world/order-shop';
import { keepReached } from '../../../tools/world/reached';

const definition = JSON.stringify({
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Call',
          States: {
            Call: {
              Type: 'Task',
              Retry: [{ ErrorEquals: ['${LambdaThrottled}'] }, { ErrorEquals: ['Busy', 'States.Timeout'] }],
              Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Which' }],
            },
          },
        },
      ],
      Next: 'Which',
    },
    Which: { Type: 'Choice', Choices: [{ Condition: '{% $n > 1 %}', Next: 'Done' }], Default: 'Done' },
    Done: { Type: 'Succeed' },
  },
});

const parts = partsOf('small', definition);
const keys = parts.map(({ key }) => key);

test('each state, rule, retrier and catcher counts, in branches too', () => {
  expect(parts.map(({ key, says }) => [key, says])).toEqual([
    ['small/Both/State', 'Parallel'],
    ['small/Call/State', 'Task'],
    ['small/Call/Retry[0]', '${LambdaThrottled}'],
    ['small/Call/Retry[1]', 'Busy, States.Timeout'],
    ['small/Call/Catch[0]', 'States.ALL'],
    ['small/Which/State', 'Choice'],
    ['small/Which/Choices[0]', '{% $n > 1 %}'],
    ['small/Which/Default', 'Done'],
    ['small/Done/State', 'Succeed'],
  ]);
});

test('the table counts what was reached', () => {
  const { table } = coverageOf(
    parts,
    new Set(['small/Both/State', 'small/Call/Retry[1]', 'small/Which/Default']),
    {},
  );
  expect(table.split('\n').map((row) => row.split(/ {3,}/))).toEqual([
    ['definition', 'states', 'choices', 'retriers', 'catchers'],
    ['small', '1/4', '1/2', '1/2', '0/1'],
  ]);
});

test('what is missing is named as the definition has it; nothing, when nothing is', () => {
  expect(coverageOf(parts, new Set(keys), {}).problem).toBeUndefined();
  const some = keys.filter((key) => !/Retry\[1\]|Choices/.test(key));
  expect(coverageOf(parts, new Set(some), {}).problem).toMatch(
    /^ {2}small {3}Call {4}Retry\[1\] {5}Busy, States\.Timeout\n {2}small {3}Which {3}Choices\[0\] {3}\{% \$n > 1 %\}$/m,
  );
});

test('what is said to be unreachable must be there, and unreached', () => {
  const net = 'small/Call/Catch[0]';
  const others = keys.filter((key) => key !== net);
  const problem = (reached: string[], key: string) =>
    coverageOf(parts, new Set(reached), { [key]: 'a net below other nets' }).problem;
  expect(problem(others, net)).toBeUndefined();
  expect(problem(keys, net)).toMatch(
    /^small\/Call\/Catch\[0\] is reached, or in no definition: take it from/,
  );
  expect(problem(keys, 'small/Gone/State')).toMatch(/^small\/Gone\/State is reached, or in no definition/);
});

test('an order reaches what it comes by; a definition that a test has changed reaches nothing', async () => {
  const reached = keepReached();
  const changed = openShop();
  changed.deploy('order-processing', `${changed.definitionOf('order-processing')} `);
  await changed.run({ email: 'nobody' });
  expect(reached.size).toBe(0);

  await openShop().run({ email: 'nobody' });
  expect([...reached]).toEqual([
    'order-processing/ValidateOrder/State',
    'order-processing/ValidateOrder/Catch[0]',
    'order-processing/NotifyValidationFailure/State',
  ]);
  const known = allParts().map(({ key }) => key);
  expect([...reached].filter((key) => !known.includes(key))).toEqual([]);
});
