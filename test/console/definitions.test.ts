// Which definition the page shows, and from where.

import { answersFrom, answersFromFiles } from '../../console/answers';
import { simulate } from '../../tools/simulator';
import { definitionOf } from '../../tools/world/definitions';
import { addExecution, cliWorld, cloudOf, machineOf } from '../support/cli';

const asked = (of: string) => new URLSearchParams({ of });

function open(weights: Record<number, number> = { 7: 100 }) {
  const world = cliWorld();
  const arn = machineOf('order');
  const { answers } = world.stepFunctions;
  answers.ListStateMachineVersions = () => ({
    stateMachineVersions: Object.keys(weights).map((number) => ({
      stateMachineVersionArn: `${arn}:${number}`,
      creationDate: 1_800_000_000,
    })),
  });
  answers.ListStateMachineAliases = () => ({
    stateMachineAliases: [{ stateMachineAliasArn: `${arn}:live` }],
  });
  answers.DescribeStateMachineAlias = () => ({
    name: 'live',
    routingConfiguration: Object.entries(weights).map(([number, weight]) => ({
      stateMachineVersionArn: `${arn}:${number}`,
      weight,
    })),
  });
  answers.DescribeStateMachine = ({ stateMachineArn = '' }) => ({
    stateMachineArn,
    definition: definitionOf('order-processing', { ChargeCardArn: `charge:${stateMachineArn.at(-1)}` }),
  });
  return { world, answers: answersFrom(cloudOf(world, 'prod'), (words) => words) };
}

test.each(['order', 'order-processing'])('%s is what the alias live starts', async (name) => {
  const { answers } = open();
  const shown = await answers.definition(asked(name));
  expect(shown).toMatchObject({
    of: name,
    title: 'order-processing',
    source: 'Deployed to stage prod of the test: version 7.',
    isFile: false,
    names: ['order', 'onboarding', 'import', 'reconcile', 'payment-review'],
  });
  expect(shown.facts[0]).toMatch(/^Order processing\./);
  expect(shown.rules.ChargeCard?.code[0]?.text).toContain('charge:7');
  expect(shown.drawing.nodes.map(({ state }) => state).sort()).toEqual(Object.keys(shown.rules).sort());
});

test('during a shift it is the version with more starts, and the page says so; it is kept for a while', async () => {
  const { world, answers } = open({ 7: 90, 8: 10 });
  const { source, rules } = await answers.definition(asked('order'));
  expect(source).toBe(
    'Deployed to stage prod of the test: version 7 (90 %), version 8 (10 %); this is version 7.',
  );
  expect(rules.ChargeCard?.code[0]?.text).toContain('charge:7');
  world.stepFunctions.requests.length = 0;
  await answers.definition(asked('order-processing'));
  expect(world.stepFunctions.requests).toEqual([]);
});

test('of an execution it is the one that it runs on', async () => {
  const { world, answers } = open();
  const states = { Old: { Type: 'Succeed' } };
  const old = { QueryLanguage: 'JSONata', StartAt: 'Old', States: states };
  const { events } = await simulate(old, {});
  const { executionArn } = addExecution(world, events, { name: 'order-A1' });
  world.stepFunctions.answers.DescribeStateMachineForExecution = () => ({ definition: JSON.stringify(old) });
  for (const name of ['order-A1', executionArn]) {
    const shown = await answers.definition(asked(name));
    expect(shown).toMatchObject({
      of: name,
      title: 'order-A1',
      source: 'What order-A1 runs on, in stage prod of the test.',
    });
    expect(Object.keys(shown.rules)).toEqual(['Old']);
  }
});

test('a wrong name lists those that exist', async () => {
  const names =
    'There is no definition orders. There are order (order-processing), onboarding (saas-onboarding), ' +
    'import (bulk-orders), reconcile (reconciliation), payment-review.';
  await expect(open().answers.definition(asked('orders'))).rejects.toThrow(names);
  await expect(answersFromFiles.definition(asked('orders'))).rejects.toThrow(names);
});

test('without a cloud it is the file of this checkout, its sets of errors written out', async () => {
  const shown = await answersFromFiles.definition(asked('import'));
  expect(shown).toMatchObject({
    title: 'bulk-orders',
    source: 'The file statemachines/bulk-orders.asl.json of this checkout: no cloud is asked.',
    isFile: true,
  });
  expect(shown.rules.CheckFile?.retriers[0]?.say).toMatch(/^RateLimited, Lambda\.TooMany/);
  expect(await answersFromFiles.place()).toMatchObject({ filesOnly: true });
});
