/** Nothing is left out: each test finds its subjects in the repository, and its failure says what to add. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workflowNames, workflowOf } from '../contracts/workflows';
import type { Sample } from '../tools/local/samples/run';
import { definitionNames } from '../tools/world/definitions';

const root = join(__dirname, '..');

const filesBelow = (folder: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file))
    : [];

test('every definition has a suite', () => {
  const missing = definitionNames
    .map((name) => `test/workflows/${name}.test.ts`)
    .filter((file) => !existsSync(join(root, file)));
  expect(missing.map((file) => `Add ${file}`)).toEqual([]);
});

test('every function has tests beside those of its workflow', () => {
  const handlers = filesBelow('lambda').flatMap((file) => /^lambda\/(.+)\.lambda\.ts$/.exec(file)?.[1] ?? []);
  expect(handlers.length).toBeGreaterThan(0);
  const missing = handlers
    .filter((handler) => !testsOf(handler))
    .map(
      (handler) =>
        `Add test/lambda/${handler}.test.ts, or begin a test's title in that folder with ${stateName(handler)}`,
    );
  expect(missing).toEqual([]);
});

/** Whether a test file has the function's name, or a title that begins with it. */
const testsOf = (handler: string): boolean =>
  existsSync(join(root, `test/lambda/${handler}.test.ts`)) ||
  filesBelow(join('test/lambda', handler.split('/')[0] ?? '')).some((file) =>
    new RegExp(`\\b(describe|test)\\(\\s*'${stateName(handler)}\\b`).test(
      readFileSync(join(root, file), 'utf8'),
    ),
  );

/** `ChargeCard` for `order-processing/charge-card`. */
const stateName = (handler: string): string =>
  (handler.split('/')[1] ?? '').replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

describe('samples', () => {
  const samplesIn = async (file: string): Promise<Sample[]> =>
    Object.values(await import(join(root, file))).flatMap((exported) =>
      Array.isArray(exported) ? exported : [],
    );
  const all = async () =>
    (
      await Promise.all(
        filesBelow('tools/local/samples')
          .filter((file) => file.endsWith('.ts'))
          .map(samplesIn),
      )
    ).flat();

  test('every workflow that people start has a sample', async () => {
    const shown = new Set((await all()).map(({ name }) => workflowOf(name)));
    const missing = workflowNames
      .filter((name) => !shown.has(name))
      .map((name) => `Add a sample named ${name}-… to tools/local/samples/`);
    expect(missing).toEqual([]);
  });

  test('every sample is of a workflow, and its name its own', async () => {
    const names = (await all()).map(({ name }) => name);
    const stray = names
      .filter((name) => workflowOf(name) === undefined)
      .map((name) => `The sample ${name} is of no workflow: add that to contracts/workflows.ts`);
    expect(stray).toEqual([]);
    expect(names).toEqual([...new Set(names)]);
  });
});
