// `npm test`: everything that can be proved without a cloud, a network or Python.
module.exports = {
  testEnvironment: 'node',
  // jest leaves one core idle otherwise, which on two cores doubles the time.
  maxWorkers: '100%',
  // A busy machine is no failure: this is for what hangs.
  testTimeout: 60_000,
  roots: ['<rootDir>/test'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' } }] },
};
