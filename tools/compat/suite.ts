/** Runs the tests of workflows in a mix. */
import { basename } from 'node:path';
import { placeOf, reasonOf } from './reasons';
import { BASE_TESTS, type Contents, type Workshop } from './workshop';

export interface TestResult {
  /** `order-processing.test.ts: a declined card releases the stock`. */
  name: string;
  file: string;
  status: 'passed' | 'failed' | 'skipped';
  reason: string;
  /** `order-processing.test.ts:33`. */
  place: string | undefined;
}

/** The part of jest's report that is read. */
interface Report {
  testResults: {
    /** The file's path. */
    name: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

export interface SuiteOptions {
  contents: Contents;
  /** Whose tests. */
  tests: 'base' | 'today';
  /** Names of files. @default all */
  files?: readonly string[];
  /** Whether to list the tests, and run none. */
  listOnly?: boolean;
}

export async function runSuite(
  workshop: Workshop,
  { contents, tests, files = [], listOnly = false }: SuiteOptions,
): Promise<TestResult[]> {
  const text = await workshop.run(contents, (output) => [
    'node_modules/jest/bin/jest.js',
    ...['--config', 'tools/compat/jest.config.js', '--roots', folderOf(tests)],
    ...['--json', '--outputFile', output, '--cacheDirectory', workshop.cache],
    ...(listOnly ? ['--testNamePattern', NOTHING] : []),
    ...files,
  ]);
  return resultsIn(JSON.parse(text));
}

/** Matches no title. */
const NOTHING = '(?!)';

const folderOf = (tests: SuiteOptions['tests']) =>
  `<rootDir>/${tests === 'base' ? BASE_TESTS : 'test'}/workflows`;

/** A file that cannot be loaded is one failed test without a title. */
export const resultsIn = ({ testResults }: Report): TestResult[] =>
  testResults.flatMap(({ name: path, message, assertionResults }) => {
    const file = basename(path);
    if (assertionResults.length === 0 && message !== '')
      return [{ name: file, file, status: 'failed' as const, reason: reasonOf(message), place: undefined }];
    return assertionResults.map(({ fullName, status, failureMessages: [failure = ''] }) => ({
      name: `${file}: ${fullName}`,
      file,
      status: status === 'passed' || status === 'failed' ? status : ('skipped' as const),
      reason: reasonOf(failure),
      place: placeOf(failure),
    }));
  });
