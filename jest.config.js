// `npm test`: everything that can be proved without a cloud, a network or Python.
module.exports = {
  testEnvironment: 'node',
  // jest leaves one core idle otherwise, which on two cores doubles the time.
  maxWorkers: '100%',
  // For what hangs. A busy machine may take ten times as long as an idle one.
  testTimeout: 60_000,
  roots: ['<rootDir>/test'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/record-reached.ts'],
  reporters: ['default', '<rootDir>/test/support/coverage-reporter.js'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' } }] },
};
