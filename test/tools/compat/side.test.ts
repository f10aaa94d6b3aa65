/** What is read of a revision. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { differencesOf, sideIn } from '../../../tools/compat/side';

const FILES = {
  'package-lock.json': '{}',
  'lib/workflow/error-sets.js':
    "exports.withErrorSets = (text) => text.replace('${Set}', 'TemporaryFailure');",
  'statemachines/order.asl.json': '{"Comment":"${Set}"}',
  'lambda/order/charge.lambda.ts':
    "import { z } from 'zod';\nimport { rate } from '../rate';\nexport const handler = () => z.literal(rate);",
  'lambda/rate.ts': '/** A rate. */\nexport const rate = 1;',
  'tools/world/functions/order.js': 'exports.functions = () => ({});',
};

function revisionWith(changes: Readonly<Record<string, string>> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'side-'));
  for (const [file, text] of Object.entries({ ...FILES, ...changes })) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

const functionsThatDiffer = (changes: Readonly<Record<string, string>>) =>
  differencesOf(sideIn(revisionWith()).functions, sideIn(revisionWith(changes)).functions);

test("definitions have their own revision's error sets written out", () => {
  expect(sideIn(revisionWith()).definitions).toEqual({ order: '{"Comment":"TemporaryFailure"}' });
});

test('a function differs when what it imports does; comments, places of files and packages are no difference', () => {
  expect(functionsThatDiffer({ 'lambda/rate.ts': 'export const rate = 2;' })).toEqual(['charge']);
  const charge = FILES['lambda/order/charge.lambda.ts'].replace('../rate', './rates');
  expect(
    functionsThatDiffer({
      'lambda/order/charge.lambda.ts': charge,
      'lambda/order/rates.ts': '/** Another comment. */\nexport const rate = 1;',
    }),
  ).toEqual([]);
});

test('functions that cannot be made say why', () => {
  expect(sideIn(revisionWith()).problem).toBeUndefined();
  const broken = revisionWith({ 'tools/world/functions/order.js': "require('./gone');" });
  expect(sideIn(broken).problem).toMatch(/^Cannot find module '\.\/gone'/);
});

test('what cannot be read is a sentence', () => {
  for (const changes of [{ 'statemachines/order.asl.json': '{' }, { 'lambda/rate.ts': '<<<<<<< HEAD' }])
    expect(() => sideIn(revisionWith(changes))).toThrow(/^A revision cannot be read: /);
});
