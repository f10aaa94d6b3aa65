/** The one switch with which `npm run compat` mixes two revisions. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VARIABLE = 'WORKFLOWS_MIX';

afterEach(() => {
  delete process.env[VARIABLE];
});

async function revisionIn(mix?: { definitions: string; functions: { root: string; names: string[] } }) {
  if (mix) process.env[VARIABLE] = JSON.stringify(mix);
  let revision: typeof import('../../../tools/world/revision') | undefined;
  await jest.isolateModulesAsync(async () => {
    revision = await import('../../../tools/world/revision');
  });
  if (!revision) throw new Error('It was not loaded.');
  return revision;
}

const today = (suffix: string) => ({
  charge: async () => `today's ${suffix}`,
  undo: async () => `today's ${suffix}`,
});

test('without a mix all is of this folder', async () => {
  const { definitionsFolder, lambdasOf } = await revisionIn();
  expect(definitionsFolder).toBe(join(__dirname, '../../../statemachines'));
  const { charge, undo } = lambdasOf('shop', today, 'one');
  expect([await charge({}), await undo({})]).toEqual(["today's one", "today's one"]);
});

test('a mix has definitions of a folder, and functions of another revision, made from the same services', async () => {
  const root = mkdtempSync(join(tmpdir(), 'base-'));
  mkdirSync(join(root, 'tools/world/functions'), { recursive: true });
  writeFileSync(
    join(root, 'tools/world/functions/shop.js'),
    "exports.functions = (suffix) => ({ charge: async () => `base's ${suffix}`, undo: async () => `base's ${suffix}` });",
  );
  const mix = { definitions: '/definitions', functions: { root, names: ['charge', 'gone'] } };
  const { definitionsFolder, lambdasOf } = await revisionIn(mix);
  expect(definitionsFolder).toBe('/definitions');
  const { charge, undo } = lambdasOf('shop', today, 'one');
  expect([await charge({}), await undo({})]).toEqual(["base's one", "today's one"]);
});
