// Fails a run in which all tests of test/workflows/ passed and yet left something of a definition unreached.

const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { require: load } = require('tsx/cjs/api');

const folder = join(__dirname, '../workflows');

module.exports = class {
  constructor({ testNamePattern }) {
    this.isFiltered = Boolean(testNamePattern);
  }

  onRunComplete(_, { testResults, numFailedTestSuites }) {
    const files = readdirSync(folder).filter((file) => file.endsWith('.test.ts'));
    const ran = new Set(testResults.map(({ testFilePath }) => testFilePath));
    if (this.isFiltered || numFailedTestSuites > 0 || !files.every((file) => ran.has(join(folder, file))))
      return;

    const { allParts, coverageOf } = load('../../tools/world/definition-coverage.ts', __filename);
    // At random, executions reach more in one run than in another.
    const counted = files.filter((file) => !file.endsWith('-interleavings.test.ts'));
    const records = counted.map((file) => join(tmpdir(), `reached-${file}.json`)).filter(existsSync);
    const reached = new Set(records.flatMap((record) => JSON.parse(readFileSync(record, 'utf8'))));
    const { table, summary, problem } = coverageOf(allParts(), reached);
    if (problem || ran.size === files.length) say(table);
    say(problem ?? summary);
    if (problem) this.error = new Error(problem);
  }

  /** With one, jest fails the run. */
  getLastError() {
    return this.error;
  }
};

const say = (text) => process.stderr.write(`\n${text}\n`);
