// workflows list: which executions failed, and why.

import { LONGEST_LIFE } from '../../bin/cli/search';
import { workflowNames } from '../../contracts/workflows';
import { definitionNames, inlinedDefinition } from '../../tools/world/definitions';
import { addExecution, type CliWorld, cliWorld, machineOf, workflows } from '../support/cli';
import type { FakeExecution } from '../support/fake-step-functions';

const SIGNUPS = machineOf('onboarding');
const IMPORTS = machineOf('import');
const HOUR = 3600;
const DAY = 24 * HOUR;
const now = Math.floor(Date.now() / 1000);

/** Adds an execution that ended `endedAgo` seconds ago, or still runs. */
const add = (
  world: CliWorld,
  name: string,
  startedAgo: number,
  { endedAgo, ...execution }: Partial<FakeExecution> & { endedAgo?: number } = {},
) =>
  addExecution(world, [], {
    name,
    startDate: now - startedAgo,
    ...(endedAgo !== undefined && { stopDate: now - endedAgo }),
    ...execution,
  });

const shipped = { status: 'SUCCEEDED', output: '{"outcome":"SHIPPED"}' };
const failed = {
  status: 'FAILED',
  error: 'TemporaryFailure',
  cause: '{"undone":true,"state":"CreateShipment","cause":"{\\"errorMessage\\":\\"The queue is gone\\"}"}',
};

const namesIn = (out: string) => out.split('\n').flatMap((line) => /^(\w+-\w+)/.exec(line)?.[1] ?? []);

test('a row for each of all workflows, the newest first: outcome, times, reason', async () => {
  const world = cliWorld();
  add(world, 'order-A1', 300, { ...shipped, endedAgo: 290 });
  add(world, 'order-A2', 200, { ...failed, endedAgo: 196 });
  add(world, 'order-A3', 100);
  add(world, 'onboarding-u1', 250, {
    status: 'TIMED_OUT',
    endedAgo: 50,
    stateMachineArn: SIGNUPS,
  });
  const { exitCode, out, err } = await workflows(world, 'list');

  expect(exitCode).toBe(0);
  expect(namesIn(out)).toEqual(['order-A3', 'order-A2', 'onboarding-u1', 'order-A1']);
  expect(out).toMatch(/^order-A1 +SHIPPED +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC +10\.0 s$/m);
  expect(out).toMatch(
    /^order-A2 +FAILED, undone +.* UTC +4\.0 s +CreateShipment: TemporaryFailure: The queue is gone$/m,
  );
  expect(out).toMatch(/^order-A3 +RUNNING +.* 1 min 4\d s so far$/m);
  expect(out).toMatch(/^onboarding-u1 +TIMED_OUT +.* UTC +3 min 20 s$/m);
  expect(err).toContain('npm run workflows -- history order-A2');
});

test('--status and a workflow select executions', async () => {
  const world = cliWorld();
  add(world, 'order-A1', 300, { ...shipped, endedAgo: 290 });
  add(world, 'order-A2', 200, { ...failed, endedAgo: 196 });
  add(world, 'onboarding-u1', 250, { ...failed, endedAgo: 50, stateMachineArn: SIGNUPS });
  add(world, 'import-0a', 250, { ...failed, endedAgo: 50, stateMachineArn: IMPORTS });

  const of = async (line: string) => namesIn((await workflows(world, line)).out).sort();
  expect(await of('list --status FAILED')).toEqual(['import-0a', 'onboarding-u1', 'order-A2']);
  expect(await of('list order --status FAILED')).toEqual(['order-A2']);
  expect(await of('list onboarding')).toEqual(['onboarding-u1']);
  expect(await of('list import --status SUCCEEDED')).toEqual([]);
});

test('--since selects by when they ran, not only by when they started', async () => {
  const world = cliWorld();
  add(world, 'order-Ended', 4 * DAY, { ...failed, endedAgo: HOUR / 2 });
  add(world, 'order-Redriven', 17 * DAY, { ...failed, endedAgo: HOUR / 2 });
  add(world, 'order-Runs', 2 * DAY);
  add(world, 'order-Before', 5 * HOUR, { ...failed, endedAgo: 2 * HOUR });
  const of = async (line: string) => namesIn((await workflows(world, line)).out);

  expect(await of('list --since 1h')).toEqual(['order-Runs', 'order-Ended', 'order-Redriven']);
  expect(await of('list --since 120m')).toEqual(['order-Runs', 'order-Ended', 'order-Redriven']);
  expect(await of('list --since 3h')).toContain('order-Before');
  expect(await of('list')).toContain('order-Before');
});

test('pages are read as far back as an execution can last, and no further', async () => {
  const world = cliWorld();
  world.stepFunctions.pageSize = 1;
  for (const days of [0.5, 10, 23, 30, 31]) add(world, `order-${days * 10}`, days * DAY);
  const { out } = await workflows(world, 'list order');
  expect(namesIn(out)).toEqual(['order-5', 'order-100', 'order-230', 'order-300']);
  const lists = world.stepFunctions.requests.filter(({ operation }) => operation === 'ListExecutions');
  expect(lists).toHaveLength(4);
});

test('says when there is more than is shown or read', async () => {
  const world = cliWorld();
  for (let n = 1; n <= 12; n++) add(world, `order-${n}`, n);
  const few = await workflows(world, 'list order --limit 3');
  expect(namesIn(few.out)).toEqual(['order-1', 'order-2', 'order-3']);
  expect(few.err).toContain('3 of 12 are shown');
  expect((await workflows(world, 'list order')).err).not.toContain('shown');

  world.stepFunctions.pageSize = 1;
  const cut = await workflows(world, 'list order');
  expect(namesIn(cut.out)).toHaveLength(10);
  expect(cut.err).toContain('There are more than could be read');
});

test('--json has the errors in full, times and what was undone', async () => {
  const world = cliWorld();
  const { startDate } = add(world, 'order-A2', 200, { ...failed, endedAgo: 196 });
  const { out } = await workflows(world, 'list --json');
  expect(JSON.parse(out)).toEqual([
    {
      workflow: 'order',
      name: 'order-A2',
      executionArn: expect.stringMatching(/:order-A2$/),
      status: 'FAILED',
      startedAt: new Date(startDate * 1000).toISOString(),
      endedAt: new Date((startDate + 4) * 1000).toISOString(),
      error: failed.error,
      cause: failed.cause,
      undone: true,
    },
  ]);
});

test('says when nothing is found; with --json, prints an empty list', async () => {
  expect((await workflows(cliWorld(), 'list')).out).toBe('There is no such execution.\n');
  expect((await workflows(cliWorld(), 'list --json')).out).toBe('[]\n');
});

test.each([
  ['list orders', `Allowed choices are ${workflowNames.join(', ')}.`],
  ['list --status BROKEN', 'Allowed choices are RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED.'],
  ['list --since 0h', 'It must be minutes, hours or days: 30m, 12h, 7d.'],
  ['list --since yesterday', 'It must be minutes, hours or days'],
  ['list --limit 0', 'It must be a whole number from 1 to 1000.'],
])('%s: used wrongly', async (line, message) => {
  const world = cliWorld();
  const { exitCode, err } = await workflows(world, line);
  expect(err).toContain(message);
  expect(exitCode).toBe(2);
  expect(world.stepFunctions.requests).toEqual([]);
});

test('a search goes back as far as any execution can have begun', () => {
  const seconds = definitionNames.map((name) => JSON.parse(inlinedDefinition(name)).TimeoutSeconds);
  expect(LONGEST_LIFE / 1000).toBe(Math.max(...seconds) + 14 * DAY);
});
