// workflows releases: which versions there are, which of them nothing needs, and the way back.

import { workflows } from '../support/cli';
import { Fault } from '../support/fake-step-functions';
import { functionArn, ORDER, REVIEW, releases } from '../support/releases';

/** The rows of a table, without its head and without times. */
const rowsOf = (out: string) =>
  out
    .trimEnd()
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, 'then')
    .split('\n')
    .slice(1)
    .map((line) => line.split(/ {3,}/));

describe('releases', () => {
  test('a row for each version: weights, executions, and what prune would do with it', async () => {
    const { world, release, route, execution } = releases();
    const [oldest = '', first = '', second = '', third = ''] = [70, 60, 40, 1].map((days) =>
      release(ORDER, days),
    );
    const review = release(REVIEW, 1);
    route(ORDER, { 3: 90, 4: 10 });
    route(REVIEW, { 1: 100 });
    execution(oldest, 'order-A0', 30);
    execution(third, 'order-A1', 0.1);
    execution(second, 'order-A2', 1);
    execution(second, 'order-A3', 1);
    execution(second, 'order-A4', 3, 'FAILED', 2);
    execution(first, 'order-A5', 30, 'TIMED_OUT', 13);
    execution(first, 'order-A6', 50, 'ABORTED', 15);
    execution(first, 'order-A7', 50, 'SUCCEEDED');
    execution(review, 'order-A2-review-0', 1);
    const { exitCode, out, err } = await workflows(world, 'releases');

    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Workflow +Version +Made +Live +Running +Failed in 14 d +Prune\n/);
    expect(rowsOf(out)).toEqual([
      ['order', '4', 'then', '10 %', '1', '–', 'keeps it: live'],
      ['order', '3', 'then', '90 %', '2', '1', 'keeps it: live'],
      ['order', '2', 'then', '–', '–', '1', 'keeps it: 1 may be redriven'],
      ['order', '1', 'then', '–', '1', '–', 'keeps it: 1 runs on it'],
      ['payment-review', '1', 'then', '100 %', '1', '–', 'keeps it: live'],
    ]);
    expect(err).toBe('Using stage dev of the test\n');
    expect(rowsOf((await workflows(world, 'releases payment-review')).out)).toHaveLength(1);
  });

  test('says what each is when the releases say so, and what to do when some can go', async () => {
    const { world, release, route } = releases();
    for (let n = 1; n <= 12; n++) release(ORDER, 60 - n, [], n === 12 ? 'bigger parcels' : undefined);
    route(ORDER, { 12: 100 });
    const { out, err } = await workflows(world, 'releases --stage prod');
    const rows = rowsOf(out);
    expect(rows[0]?.slice(6)).toEqual(['keeps it: live', 'bigger parcels']);
    expect(rows.slice(9).map(([, version, , , , , prune]) => [version, prune])).toEqual([
      ['3', 'keeps it: of the newest 10'],
      ['2', 'deletes it'],
      ['1', 'deletes it'],
    ]);
    expect(err).toContain('To delete what nothing needs: npm run workflows -- releases prune --stage prod');
  });

  test('--json has what each version runs', async () => {
    const { world, release, route } = releases();
    const arn = release(ORDER, 1, [functionArn('charge:3')]);
    route(ORDER, { 1: 100 });
    const { out } = await workflows(world, 'releases --json');
    expect(JSON.parse(out)).toEqual([
      expect.objectContaining({
        workflow: 'order',
        number: 1,
        arn,
        live: 100,
        running: 0,
        kept: 'live',
        definition: expect.stringContaining(functionArn('charge:3')),
      }),
    ]);
  });

  test('says when executions were started past the alias, and when there are more than it reads', async () => {
    const { world, execution } = releases();
    world.stepFunctions.pageSize = 1;
    for (let n = 1; n <= 11; n++) execution(ORDER, `order-${n}`, n / 10);
    const { out, err } = await workflows(world, 'releases');
    expect(out).toBe('There is no version yet. A deployment makes one of each workflow.\n');
    expect(err).toContain('order has executions on no version: 10 that run or failed in 14 days.');
    expect(err).toContain('order has more executions than are read: its numbers are too small.');
  });

  test('a workflow that there is not', async () => {
    const { exitCode, err } = await workflows(releases().world, 'releases orders');
    expect(err).toContain(
      'There is no workflow orders. Allowed choices are order, onboarding, import, reconcile, payment-review.',
    );
    expect(exitCode).toBe(2);
  });
});

describe('releases prune', () => {
  /** Versions 1 and 2 of orders, of which 2 is live, and their functions `charge:1` and `charge:2`, all of them old. */
  function stage() {
    const made = releases();
    for (const n of [1, 2]) {
      made.publish(`charge:${n}`, 61 - n);
      made.release(ORDER, 60 - n, [functionArn(`charge:${n}`)]);
    }
    made.route(ORDER, { 2: 100 });
    return { ...made, old: `${ORDER}:1` };
  }
  type Stage = ReturnType<typeof stage>;
  const prune = ({ world }: Stage, more = '--keep 1 --yes') => workflows(world, `releases prune ${more}`);
  const everything = ['Orders:1', 'Orders:2', 'charge:1', 'charge:2'];

  test('deletes versions that nothing needs, then the functions that only they called', async () => {
    const made = stage();
    const { exitCode, out } = await prune(made);
    expect(rowsOf(out)).toEqual([['order', '1'], ['function ChargeCard', '1'], ['Deleted: 2 of 2.']]);
    expect(made.there()).toEqual(['Orders:2', 'charge:2']);
    expect(exitCode).toBe(0);

    expect(await prune(made)).toMatchObject({ exitCode: 0, out: 'There is nothing to prune.\n' });
  });

  test.each<[string, (made: Stage) => unknown]>([
    ['that is live', ({ route }) => route(ORDER, { 1: 100 })],
    ['that another alias names', ({ route }) => route(ORDER, { 1: 100 }, 'before')],
    ['that an alias names with no share', ({ route }) => route(ORDER, { 1: 0, 2: 100 })],
    ['on which one runs, however long', ({ execution, old }) => execution(old, 'order-A1', 30)],
    ['on which one failed 13 days ago', ({ execution, old }) => execution(old, 'order-A1', 40, 'FAILED', 13)],
    [
      'on which one timed out 13 days ago',
      ({ execution, old }) => execution(old, 'order-A1', 40, 'TIMED_OUT', 13),
    ],
    [
      'on which one was stopped 13 days ago',
      ({ execution, old }) => execution(old, 'order-A1', 40, 'ABORTED', 13),
    ],
    ['on which one began 18 days ago', ({ execution, old }) => execution(old, 'order-A1', 18, 'SUCCEEDED')],
    [
      'that a stack says is deployed',
      ({ world, old }) => {
        world.resources.Reconciliation = [
          { id: 'V', type: 'AWS::StepFunctions::StateMachineVersion', physicalId: old },
        ];
      },
    ],
  ])('keeps a version %s, with its functions', async (_, make) => {
    const made = stage();
    make(made);
    const { out } = await prune(made);
    expect(out).toBe('There is nothing to prune.\n');
    expect(made.there()).toEqual(everything);
  });

  test.each<[string, (made: Stage) => unknown]>([
    ['on which one failed 15 days ago', ({ execution, old }) => execution(old, 'order-A1', 40, 'FAILED', 15)],
    ['on which one began 20 days ago', ({ execution, old }) => execution(old, 'order-A1', 20, 'SUCCEEDED')],
  ])('deletes a version %s', async (_, make) => {
    const made = stage();
    make(made);
    await prune(made);
    expect(made.there()).toEqual(['Orders:2', 'charge:2']);
  });

  test('asks about each old version by itself, so that a list too long to read hides nothing', async () => {
    const made = stage();
    made.world.stepFunctions.pageSize = 1;
    for (let n = 1; n <= 11; n++) made.execution(`${ORDER}:2`, `order-${n}`, n / 10);
    made.execution(made.old, 'order-old', 22);
    const { err } = await prune(made);
    expect(made.there()).toEqual(everything);
    expect(err).toContain(
      'All versions of functions stay: order has more executions that run or failed than can be read.',
    );
  });

  test('keeps the newest ten and what is younger than 19 days, unless told otherwise', async () => {
    const made = stage();
    for (let n = 3; n <= 12; n++) made.release(ORDER, n === 3 ? 30 : 18);
    made.route(ORDER, { 12: 100 });
    for (let n = 3; n <= 11; n++) made.publish(`charge:${n}`, 50);
    expect(rowsOf((await prune(made, '--dry-run')).out)).toEqual([
      ['order', '1, 2'],
      ['function ChargeCard', '1'],
    ]);
    expect(rowsOf((await prune(made, '--dry-run --keep 3')).out)[0]).toEqual(['order', '1, 2, 3']);
    expect(rowsOf((await prune(made, '--dry-run --keep 3 --older-than 0d')).out)[0]).toEqual([
      'order',
      '1, 2, 3, 4, 5, 6, 7, 8, 9',
    ]);
    expect(made.there()).toHaveLength(23);
  });

  test('keeps a review’s version that an order’s starts, and what that one calls', async () => {
    const made = stage();
    made.publish('charge:3', 50);
    const review = made.release(REVIEW, 58, [functionArn('charge:1')]);
    made.release(REVIEW, 57);
    made.route(REVIEW, { 2: 100 });
    made.release(ORDER, 56, [review]);
    made.route(ORDER, { 3: 100 });
    await prune(made);
    expect(made.there()).toEqual(['Review:1', 'Review:2', 'Orders:3', 'charge:1', 'charge:3']);
  });

  test.each<[string, (made: Stage) => unknown]>([
    ['a function’s alias names', ({ functionAliases }) => functionAliases.set('charge', '1')],
    [
      'the machine calls when it is started past its alias',
      ({ change }) => change(ORDER, [functionArn('charge:1')]),
    ],
    ['is younger than 19 days', ({ publish }) => publish('charge:1', 18)],
    [
      'a stack says is deployed',
      ({ world }) => {
        world.resources.Reconciliation = [
          { id: 'V', type: 'AWS::Lambda::Version', physicalId: functionArn('charge:1') },
        ];
      },
    ],
  ])('keeps a function’s version that %s', async (_, make) => {
    const made = stage();
    make(made);
    await prune(made);
    expect(made.there()).toContain('charge:1');
    expect(made.there()).not.toContain('Orders:1');
  });

  test('keeps a function’s newest version, whoever calls it', async () => {
    const made = stage();
    made.publish('charge:3', 50);
    await prune(made);
    expect(made.there()).toEqual(['Orders:2', 'charge:2', 'charge:3']);
  });

  test.each([
    ['was started past the alias', ORDER],
    ['runs on a version that is gone', `${ORDER}:7`],
  ])('deletes no function while an execution %s: nobody knows what it calls', async (_, on) => {
    const made = stage();
    made.execution(on, 'order-A1', 1);
    const { err } = await prune(made);
    expect(err).toContain(
      'All versions of functions stay: 1 of order run, or failed within 14 days, on no version',
    );
    expect(made.there()).toEqual(['Orders:2', 'charge:1', 'charge:2']);
  });

  test.each([
    ['--dry-run --keep 1', 0, 'Nothing was deleted. Without --dry-run: deletes these 2 versions.'],
    ['--keep 1', 1, 'Nothing was deleted. Without a terminal to ask, say --yes.'],
  ])('prune %s deletes nothing', async (options, code, message) => {
    const made = stage();
    const { exitCode, err } = await prune(made, options);
    expect(err).toContain(message);
    expect(exitCode).toBe(code);
    expect(made.there()).toEqual(everything);
  });

  test('a version that got an alias meanwhile stops it: its functions stay', async () => {
    const made = stage();
    const { answers } = made.world.stepFunctions;
    const remove = answers.DeleteStateMachineVersion;
    answers.DeleteStateMachineVersion = (input) => {
      made.route(ORDER, { 1: 100 });
      return remove?.(input) ?? {};
    };
    const { exitCode, err } = await prune(made);
    expect(err).toMatch(/Version 1 of order was not deleted, nor .*: ConflictException: an alias names it\n/);
    expect(exitCode).toBe(1);
    expect(made.there()).toEqual(everything);
  });

  test('interrupted, it says how far it came; the same command deletes the rest', async () => {
    const made = stage();
    const { answers } = made.world.stepFunctions;
    const remove = answers.DeleteStateMachineVersion;
    answers.DeleteStateMachineVersion = (input) => {
      made.world.interrupt.abort();
      return remove?.(input) ?? {};
    };
    expect(await prune(made)).toMatchObject({
      exitCode: 130,
      out: expect.stringMatching(/Deleted: 1 of 2\.\n$/),
    });
    made.world.interrupt = new AbortController();
    await prune(made);
    expect(made.there()).toEqual(['Orders:2', 'charge:2']);
  });
});

describe('releases rollback', () => {
  /** Three versions of orders, each of which calls the version of charge with its number; the last is live. */
  function stage() {
    const made = releases();
    for (const n of [1, 2, 3]) {
      made.publish(`charge:${n}`, 10 - n);
      made.release(ORDER, 10 - n, [functionArn(`charge:${n}`), functionArn('charge:live')]);
    }
    made.route(ORDER, { 3: 100 });
    return made;
  }
  const rollback = ({ world }: ReturnType<typeof stage>, more = 'order --yes') =>
    workflows(world, `releases rollback ${more}`);
  const routed = ({ world }: ReturnType<typeof stage>) =>
    world.stepFunctions.requests
      .filter(({ operation }) => operation === 'UpdateStateMachineAlias')
      .map(({ input }) => input);
  const to = (number: number) => ({
    stateMachineAliasArn: `${ORDER}:live`,
    routingConfiguration: [{ stateMachineVersionArn: `${ORDER}:${number}`, weight: 100 }],
  });

  test('lets the alias name the version before, and says what that changes and what not', async () => {
    const made = stage();
    made.execution(`${ORDER}:3`, 'order-A1', 1);
    const { exitCode, out, err } = await rollback(made);
    expect(exitCode).toBe(0);
    expect(routed(made)).toEqual([to(2)]);
    expect(out).toBe('Version 2 of order is live, instead of version 3.\n');
    expect(err).toContain('Running on version 3 of order, and going on with it: 1.');
    expect(err).toContain("The functions' alias live stays on the newest code, on purpose");
    expect(err).toContain('To put it back: npm run workflows -- releases rollback order --to 3');
    expect(err).not.toContain('CloudFormation');
  });

  test('run twice, it goes back once', async () => {
    const made = stage();
    await rollback(made);
    const { exitCode, out, err } = await rollback(made);
    expect(routed(made)).toHaveLength(1);
    expect(out).toBe('order is rolled back already: version 2 is live, and not 3, the newest.\n');
    expect(err).toContain('Further back: npm run workflows -- releases rollback order --to 1');
    expect(exitCode).toBe(0);
  });

  test.each([1, 3])('--to %i: any version, also a later one', async (number) => {
    const made = stage();
    made.route(ORDER, { 2: 100 });
    await rollback(made, `order --to ${number} --yes`);
    expect(routed(made)).toEqual([to(number)]);
  });

  test('during a shift: to the one that is shifted from, and what CloudFormation makes of it', async () => {
    const made = stage();
    made.route(ORDER, { 2: 90, 3: 10 });
    made.world.stackStatus = 'UPDATE_IN_PROGRESS';
    const { out, err } = await rollback(made);
    expect(routed(made)).toEqual([to(2)]);
    expect(out).toBe('Version 2 of order is live, instead of version 2 (90 %), version 3 (10 %).\n');
    expect(err).toMatch(/workflows-dev-OrderProcessing is UPDATE_IN_PROGRESS\. .*takes the whole stack back/);
  });

  test.each<[string, string, string, number, (made: ReturnType<typeof stage>) => unknown]>([
    [
      'the oldest is live',
      'order --yes',
      'Version 3 of order is the oldest that is there: there is nothing to go back to.',
      1,
      ({ world }) => {
        const { answers } = world.stepFunctions;
        answers.ListStateMachineVersions = ({ stateMachineArn }) => ({
          stateMachineVersions: [{ stateMachineVersionArn: `${stateMachineArn}:3`, creationDate: 1 }],
        });
      },
    ],
    [
      'there is no release yet',
      'onboarding --yes',
      'onboarding has no alias live that names a version: deploy it first.',
      1,
      () => {},
    ],
    [
      'there is no such version',
      'order --to 7 --yes',
      'order has no version 7. It has 3, 2, 1.',
      1,
      () => {},
    ],
    [
      'its functions are gone',
      'order --to 1 --yes',
      'cannot run any more: it calls what is gone, arn:aws:lambda:us-east-1:000000000000:function:charge:1',
      1,
      ({ unpublish }) => unpublish('charge:1'),
    ],
    [
      'nobody agrees',
      'order',
      'version 3 of order stays live. Without a terminal to ask, say --yes.',
      1,
      () => {},
    ],
    [
      'no such workflow',
      'orders --yes',
      'Allowed choices are order, onboarding, import, reconcile.',
      2,
      () => {},
    ],
    [
      'no workflow is named',
      '--yes',
      'Name the workflow: npm run workflows -- releases rollback <workflow>',
      2,
      () => {},
    ],
  ])('changes nothing when %s', async (_, words, message, code, make) => {
    const made = stage();
    await make(made);
    const { exitCode, err } = await rollback(made, words);
    expect(err).toContain(message);
    expect(exitCode).toBe(code);
    expect(routed(made)).toEqual([]);
  });

  test('to what is live already: a sentence', async () => {
    const made = stage();
    expect(await rollback(made, 'order --to 3 --yes')).toMatchObject({
      exitCode: 0,
      out: 'Version 3 of order is live already.\n',
    });
    expect(routed(made)).toEqual([]);
  });

  test('without a workflow: where each would go back to', async () => {
    const { out } = await workflows(stage().world, 'releases rollback');
    expect(out.split('\n').slice(0, 2)).toEqual([
      'order: version 3 is live, 2 was before it',
      'onboarding: no version is live, none was before it',
    ]);
  });

  test('AWS’s refusal is an error', async () => {
    const made = stage();
    made.world.stepFunctions.answers.UpdateStateMachineAlias = () => {
      throw new Fault('AccessDeniedException', 'not you');
    };
    expect(await rollback(made)).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('AccessDeniedException: not you'),
    });
  });
});
