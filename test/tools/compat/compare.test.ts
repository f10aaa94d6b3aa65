/** Which failures count, and what is said of them. A workshop stands for the runs. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { compare, type Failure } from '../../../tools/compat/compare';
import type { Broken } from '../../../tools/compat/inside/matrix';
import { judge, type Meant, readMeant } from '../../../tools/compat/meant';
import { changesOf } from '../../../tools/compat/mixes';
import { decisive, renderResult } from '../../../tools/compat/report';
import type { Side } from '../../../tools/compat/side';
import type { Workshop } from '../../../tools/compat/workshop';

const task = (name: string, more: object) => ({
  Arguments: { FunctionName: `\${${name}Arn}` },
  ...more,
});
const definition = (comment: string) =>
  JSON.stringify({
    Comment: comment,
    States: { Charge: task('Charge', { Catch: [{ ErrorEquals: ['States.ALL'] }] }), Undo: task('Undo', {}) },
  });
const side = (version: string): Side => ({
  root: '',
  definitions: { order: definition(version) },
  functions: { charge: version, undo: version },
  lock: '',
  problem: undefined,
});

/** What runs: definitions of a version, and functions of the base. */
interface Ran {
  version: string;
  fromBase: string;
}

interface Runs {
  /** Which tests fail. */
  tests?: (ran: Ran) => string[];
  /** Which statements are broken, by the scenario `plain`. */
  matrix?: (ran: Ran) => string[];
  namesOfBase?: string[];
}

const ALL = ['ships', 'undoes', 'is new'];

function workshopWith({
  tests = () => [],
  matrix = () => [],
  namesOfBase = ['ships', 'undoes'],
}: Runs): Workshop {
  return {
    base: side('old'),
    today: side('new'),
    cache: '',
    run: async ({ definitions, fromBase }, argsWith) => {
      const ran = {
        version: JSON.parse(definitions.order ?? '').Comment,
        fromBase: [...fromBase].sort().join(' '),
      };
      const args = argsWith('output');
      if (args.includes('tsx')) {
        const broken = matrix(ran).map(
          (statement): Broken => ({ plan: 'plain | x', scenario: 'plain', statement, detail: 'so' }),
        );
        return JSON.stringify({ runs: 7, broken });
      }
      const names = args.some((arg) => arg.includes('base-test')) ? namesOfBase : ALL;
      const failing = tests(ran);
      const assertionResults = names.map((fullName) => ({
        fullName,
        status: failing.includes(fullName) ? 'failed' : 'passed',
        failureMessages: failing.includes(fullName) ? ['Error: it broke'] : [],
      }));
      return JSON.stringify({ testResults: [{ name: 'order.test.ts', message: '', assertionResults }] });
    },
  };
}

const quiet = { step: <T>(_: string, work: () => Promise<T>) => work() };

const compared = (runs: Runs, minutes = 1) => compare(workshopWith(runs), { minutes, metOnly: false }, quiet);

const told = async (runs: Runs) =>
  (await compared(runs)).failures.map(
    ({ direction, name, isMet }) => `${direction}: ${name}${isMet ? '' : ' (harmless)'}`,
  );

test('what fails where executions call live counts, in each direction', async () => {
  const tests = ({ version, fromBase }: Ran) =>
    (version === 'old' && fromBase === 'charge') || (version === 'new' && fromBase === 'undo')
      ? ['undoes']
      : [];
  expect(await told({ tests })).toEqual([
    'old definitions: order.test.ts: undoes',
    'new definitions: order.test.ts: undoes',
  ]);
});

test('what fails only with the other functions everywhere is harmless', async () => {
  const tests = ({ version, fromBase }: Ran) => (version === 'old' && fromBase === '' ? ['ships'] : []);
  expect(await told({ tests })).toEqual(['old definitions: order.test.ts: ships (harmless)']);
});

test('what fails in both ways is told once, as what executions meet', async () => {
  const tests = ({ version, fromBase }: Ran) =>
    version === 'old' && fromBase !== 'charge undo' ? ['undoes'] : [];
  expect(await told({ tests })).toEqual(['old definitions: order.test.ts: undoes']);
});

test('what fails with its own functions, too, is not judged', async () => {
  const { failures, mixes } = await compared({
    tests: ({ version }) => (version === 'old' ? ['ships'] : []),
  });
  expect(failures).toEqual([]);
  expect(mixes[0]?.tests.unjudged).toEqual([{ name: 'order.test.ts: ships', reason: 'it broke' }]);
});

test('a test that the base does not have asks for what is new', async () => {
  const tests = ({ version, fromBase }: Ran) => (version === 'new' && fromBase !== '' ? ['is new'] : []);
  const { failures, mixes } = await compared({ tests });
  expect(failures).toEqual([]);
  expect(mixes.map(({ tests: { isNew } }) => isNew)).toEqual([0, 0, 1, 1]);
});

test('a statement that the base breaks alone, too, does not count', async () => {
  const matrix = ({ version, fromBase }: Ran) =>
    version === 'old' ? ['known', ...(fromBase === 'charge' ? ['lost money'] : [])] : [];
  const { failures, mixes } = await compared({ matrix });
  expect(failures).toEqual([
    {
      ...{ direction: 'old definitions', kind: 'fault matrix', isMet: true },
      ...{ name: 'plain: lost money', reason: 'so', place: 'plain | x' },
    },
  ]);
  expect(mixes[0]?.matrix).toEqual({ runs: 7, known: 1 });
});

test('without minutes the matrix does not run', async () => {
  const { mixes } = await compared({}, 0);
  expect(mixes.map(({ matrix }) => matrix)).toEqual(mixes.map(() => undefined));
});

const MEANT: Meant = {
  fails: 'order.test.ts: *',
  direction: 'old definitions',
  reason: 'The refund says less.',
  release: '1.4',
};

describe('compat.json', () => {
  const tests = ({ version, fromBase }: Ran) =>
    version === 'old' && fromBase === 'charge' ? ['undoes'] : [];

  test('says what is meant; an entry for which nothing failed is to be removed', async () => {
    const { failures } = await compared({ tests });
    expect(decisive(judge(failures, []))).toHaveLength(1);
    const stale: Meant = { ...MEANT, direction: 'new definitions' };
    const judged = judge(failures, [stale, MEANT]);
    expect(decisive(judged)).toEqual([]);
    expect(judged.stale).toEqual([stale]);
  });

  const fileWith = (text: string) => {
    const file = join(mkdtempSync(join(tmpdir(), 'meant-')), 'compat.json');
    writeFileSync(file, text);
    return file;
  };

  test('is read, and may be missing', () => {
    expect(readMeant(fileWith(JSON.stringify({ meant: [MEANT] })))).toEqual([MEANT]);
    expect(readMeant(join(tmpdir(), 'no', 'compat.json'))).toEqual([]);
  });

  test.each([
    ['{', 'compat.json is not JSON: '],
    ['{"meant":[{"fails":"x"}]}', 'compat.json cannot be read: meant.0.direction: '],
  ])('%s is refused in a sentence', (text, sentence) => {
    expect(() => readMeant(fileWith(text))).toThrow(sentence);
  });

  test('is in the report', async () => {
    const matrix = ({ version, fromBase }: Ran) =>
      version === 'old' && fromBase === 'charge' ? ['lost money'] : [];
    const { failures, ...comparison } = await compared({ tests, matrix });
    const text = (meant: Meant[]) => {
      const result = {
        ...{ isCompatible: true, base: { revision: 'v1', commit: '0123456789' }, problem: undefined },
        ...{ ...comparison, ...judge(failures, meant), milliseconds: 5 },
      };
      return renderResult(result, createColors(false));
    };
    expect(text([])).toContain(
      '  tests: 1 pass, 1 fail\n  fault matrix: 7 runs\n\nold definitions, new functions everywhere',
    );
    expect(text([])).toMatch(/^old definitions: 2 fail\. Executions that are running will meet this\./m);
    expect(text([])).toContain('2 failures that executions can meet.');
    expect(text([])).toMatch(/^ {2}it broke\n {4}order\.test\.ts: undoes$/m);
    expect(text([])).toMatch(/^ {2}lost money\n {4}plain: so\n {6}plan: plain \| x$/m);
    expect(text([MEANT])).toContain(
      '1 fail as compat.json says\n  The refund says less. (1.4)\n    order.test.ts: undoes',
    );
    expect(text([MEANT, { ...MEANT, fails: 'gone' }])).toContain(
      'Nothing failed for these entries of compat.json. Remove them:\n  old definitions: gone (1.4)',
    );
  });
});

test('the report stays short, however much fails', () => {
  const failures = Array.from({ length: 400 }, (_, index): Failure => {
    return {
      direction: 'old definitions',
      kind: 'test',
      name: `${index}`,
      reason: `${index % 40}`,
      isMet: true,
    };
  });
  const text = renderResult(
    {
      ...{ isCompatible: false, base: { revision: 'v1', commit: '0123456789' }, problem: undefined },
      changes: changesOf(side('old'), side('new')),
      ...{ mixes: [], ...judge(failures, []), milliseconds: 5 },
    },
    createColors(false),
  );
  expect(text).toContain('and 7 more: --json lists all');
  expect(text).toContain('and 30 other reasons: --json lists all');
  expect(text.split('\n').length).toBeLessThan(80);
});
