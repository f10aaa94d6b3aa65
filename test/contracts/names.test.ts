import { executionArn, executionName, isExecutionOf, machineArn } from '../../contracts/names';

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

const machine = 'arn:aws-cn:states:cn-north-1:123456789012:stateMachine:Orders';

test.each([machine, `${machine}:live`, `${machine}:17`])(
  '%s is of the machine, and so are its executions',
  (arn) => {
    expect(machineArn(arn)).toBe(machine);
    expect(executionArn(arn, 'order-1')).toBe(
      'arn:aws-cn:states:cn-north-1:123456789012:execution:Orders:order-1',
    );
  },
);
