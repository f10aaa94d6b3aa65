import { namesById, workflowNames, workflowOf } from '../../contracts/workflows';

test.each([
  ['order-A1', 'order'],
  ['order-A1_2', 'order'],
  ['onboarding-u-1', 'onboarding'],
  ['import-0a1b', 'import'],
  ['order', undefined],
  ['orders-A1', undefined],
  ['A1-order-A1', undefined],
  ['constructor-A1', undefined],
  ['', undefined],
])('%s is an execution of %s', (name, expected) => {
  expect(workflowOf(name)).toBe(expected);
});

test('some workflows name their executions by an id', () => {
  expect(workflowNames).toEqual(expect.arrayContaining([...namesById]));
  expect(namesById).not.toContain('import');
});
