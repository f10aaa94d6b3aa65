import { oldNode } from '../../../tools/local/node-version';

test.each([
  ['v22.0.0', '>=22'],
  ['v24.1.0', '>=22'],
])('%s will do for %s', (version, wanted) => {
  expect(oldNode(version, wanted)).toBeUndefined();
});

test('an older version is told which one is needed', () => {
  expect(oldNode('v20.20.2', '>=22')).toMatch(/^This is Node\.js v20\.20\.2; use 22 or later/);
});
