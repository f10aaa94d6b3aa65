import { executionName, isExecutionOf } from '../../contracts/names';

test.each([
  ['order-A-1', true],
  ['order-A-1_2', true],
  ['order-A-1_10', true],
  ['order-A-1_999', true],
  ['order-A-1_1000', false],
  ['order-A-1_1', false],
  ['order-A-1_02', false],
  ['order-A-1_', false],
  ['order-A-1_x', false],
  ['order-A-1_2_2', false],
  ['order-A-1-2', false],
  ['order-A-2', false],
  ['onboarding-A-1', false],
  ['A-1', false],
  ['9b2f6a0e', false],
])('%s is an execution of the order A-1: %s', (name, expected) => {
  expect(isExecutionOf('order', 'A-1', name)).toBe(expected);
});

test('every generated name is recognised for its own id only', () => {
  for (let attempt = 1; attempt <= 999; attempt++) {
    const name = executionName('onboarding', 'u1', attempt);
    expect(isExecutionOf('onboarding', 'u1', name)).toBe(true);
    expect(isExecutionOf('onboarding', 'u', name)).toBe(false);
  }
});
