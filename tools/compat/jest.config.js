// Runs the tests of workflows of one revision in a mix: their folder comes as --roots.
const { join } = require('node:path');

module.exports = {
  ...require('../../jest.config.js'),
  rootDir: join(__dirname, '../..'),
  // It compares definitions with templates, which are not mixed.
  testPathIgnorePatterns: ['/deadlines\\.test\\.ts$'],
  setupFilesAfterEnv: ['<rootDir>/tools/compat/once-more.js'],
  reporters: ['<rootDir>/tools/compat/silent-reporter.js'],
};
