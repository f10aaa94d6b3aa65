import { appOf } from '../../../tools/review/app';
import { resourceChanges } from '../../../tools/review/resources';
import { loadSpec } from '../../../tools/review/spec';
import {
  changed,
  gone,
  kept,
  ordersApp,
  ref,
  resource,
  resources,
  smallSpec,
  stackOf,
  withProperties,
} from '../../support/small-app';

const compared = (after: ReturnType<typeof resources>, before = resources()) =>
  resourceChanges(ordersApp(before), ordersApp(after), smallSpec);

const lost = (after: ReturnType<typeof resources>, before = resources()) =>
  compared(after, before).losses.map(({ resource: { name }, successor, stays, reason, obstacle }) => ({
    name,
    by: successor?.name,
    stays,
    reason,
    obstacle,
  }));

const key = (AttributeName: string) => ({ KeySchema: [{ AttributeName, KeyType: 'HASH' }] });

test('a property that cannot change replaces the resource; by the policy the old one stays', () => {
  const becomes = {
    name: 'Orders/Payments',
    by: 'Orders/Payments',
    reason: 'KeySchema cannot be changed',
    obstacle: undefined,
  };
  expect(lost(changed({ Payments: withProperties(key('order')) }))).toEqual([{ ...becomes, stays: true }]);
  const deleted = changed({ Payments: ({ UpdateReplacePolicy: _, ...rest }) => rest });
  expect(lost(changed({ Payments: withProperties(key('order')) }, deleted), deleted)).toEqual([
    { ...becomes, stays: false },
  ]);
});

test('what refers, where it cannot change, to something that is replaced is replaced with it', () => {
  const listener = resource('Listener', 'SNS::Subscription', { TopicArn: ref('Parcels') });
  const before = { ...resources(), Listener: listener };
  const after = changed({ Parcels: withProperties({ QueueName: 'other' }) }, before);
  expect(lost(after, before).map(({ name, reason }) => [name, reason])).toEqual([
    ['Orders/Parcels', 'QueueName cannot be changed'],
    ['Orders/Listener', 'TopicArn refers to what is replaced'],
  ]);
});

test('a property that replaces perhaps is told as such, and takes nothing with it', () => {
  const listener = resource('Listener', 'SNS::Subscription', { TopicArn: ref('Parcels') });
  const before = { ...resources(), Listener: listener };
  const { losses } = compared(changed({ Parcels: withProperties({ Perhaps: 2 }) }, before), before);
  expect(losses.map(({ resource: { name }, isPossible }) => [name, isPossible])).toEqual([
    ['Orders/Parcels', true],
  ]);
});

test('what is no longer there is removed, and stays when its policy says so', () => {
  expect(
    lost(changed({ Payments: gone, Parcels: gone })).map(({ name, by, stays }) => [name, by, stays]),
  ).toEqual([
    ['Orders/Payments', undefined, true],
    ['Orders/Parcels', undefined, false],
  ]);
});

test('another logical id, or another path, is another resource', () => {
  const { Payments, ...rest } = resources();
  expect(lost({ ...rest, Payments2: Payments ?? {} })).toEqual([
    expect.objectContaining({ by: 'Orders/Payments', reason: 'its logical id is another' }),
  ]);
  const renamed = resource('Money', 'DynamoDB::Table', key('id'), kept);
  expect(lost({ ...rest, Money: renamed })).toEqual([
    expect.objectContaining({
      by: 'Orders/Money',
      reason: 'the construct is now Orders/Money: with another path, it is another resource',
    }),
  ]);
});

test('of several that are alike, none is taken for another one renamed', () => {
  const before = { ...resources(), A: resource('A', 'Logs::LogGroup'), B: resource('B', 'Logs::LogGroup') };
  const after = { ...resources(), C: resource('C', 'Logs::LogGroup') };
  expect(lost(after, before).map(({ by }) => by)).toEqual([undefined, undefined]);
});

test('new versions, and references to them, are no difference', () => {
  const text = JSON.stringify(resources()).replaceAll('Version1"', 'Version2"');
  expect(compared(JSON.parse(text))).toEqual({ added: [], losses: [], changed: [], abandoned: [] });
});

test('a fixed name, or an export that is imported, stops the deployment', () => {
  const before = changed({ Payments: withProperties({ TableName: 'payments' }) });
  expect(lost(changed({ Payments: withProperties(key('order')) }, before), before)[0]?.obstacle).toBe(
    'both have the TableName payments, and the new one is made first',
  );
  const outputs = { Out: { Value: ref('Payments'), Export: { Name: 'orders:payments' } } };
  const reader = stackOf({ R: resource('R', 'SNS::Topic', { A: { 'Fn::ImportValue': 'orders:payments' } }) });
  const app = (own: ReturnType<typeof resources>) =>
    appOf({ Orders: stackOf(own, outputs), Reports: reader });
  const { losses } = resourceChanges(
    app(resources()),
    app(changed({ Payments: withProperties(key('x')) })),
    smallSpec,
  );
  expect(losses[0]?.obstacle).toBe('what is exported of it is imported by Reports');
});

test('a stack that the app no longer has, or deploys under another name, is left as it is', () => {
  const before = appOf({ Orders: stackOf(resources()) });
  const after = appOf({ Orders: stackOf(resources(), {}, { stackName: 'other' }) });
  const { abandoned, losses } = resourceChanges(before, after, smallSpec);
  expect({ abandoned, losses }).toEqual({ abandoned: ['Orders'], losses: [] });
});

test('AWS says what replaces a resource', () => {
  const spec = loadSpec();
  expect(spec.replacement('AWS::DynamoDB::GlobalTable', 'KeySchema')).toBe('yes');
  expect(spec.replacement('AWS::Lambda::Function', 'Timeout')).toBe('no');
  expect(spec.replacement('Custom::Unknown', 'Anything')).toBe('no');
  expect(spec.identifiers('AWS::DynamoDB::Table')).toEqual(['TableName']);
});
