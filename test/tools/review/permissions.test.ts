import type { JsonObject } from '../../../lib/workflow/json';
import { type Fact, factsText, grouped, permissionChanges } from '../../../tools/review/permissions';
import { allow, arn, ordersApp, policy, ref, resource, resources } from '../../support/small-app';

const short = ({ effect, principal, action, resource: on, condition }: Fact) =>
  [effect, principal, action, on, condition].filter((part) => part !== '').join(' ');

/** What becomes wider, then what becomes narrower. */
function compared(before: JsonObject[], after: JsonObject[]): [string[], string[]] {
  const app = (statements: JsonObject[]) =>
    ordersApp({ ...resources(), ChargePolicy: policy('ChargePolicy', 'ChargeRole', ...statements) });
  const { wider, narrower } = permissionChanges(app(before), app(after));
  return [wider.map(short), narrower.map(short)];
}

const nothing = [[], []];

test('statements that are merged, split, sorted or named are no change', () => {
  const one = allow(['a:Get', 'a:Put'], [arn('Payments'), ref('Parcels')], { Sid: 'All' });
  const several = [
    allow('a:Put', arn('Payments')),
    allow('a:Get', [ref('Parcels'), arn('Payments')]),
    allow('a:Put', ref('Parcels')),
  ];
  expect(compared([one], several)).toEqual(nothing);
  expect(compared(several, [one])).toEqual(nothing);
});

test('another action or resource is wider; what goes is narrower', () => {
  expect(
    compared([allow('a:Get', arn('Payments'))], [allow(['a:Get', 'a:Delete'], arn('Payments'))]),
  ).toEqual([['Allow Orders/ChargeRole a:Delete <Orders/Payments.Arn>'], []]);
  expect(compared([allow('a:Get', arn('Payments'))], [allow('a:Get', ref('Parcels'))])).toEqual([
    ['Allow Orders/ChargeRole a:Get <Orders/Parcels>'],
    ['Allow Orders/ChargeRole a:Get <Orders/Payments.Arn>'],
  ]);
});

test('what a pattern covers already is not wider; the pattern itself is', () => {
  const one = allow('a:Get', 'arn:x:table/one');
  const all = allow('a:*', 'arn:x:table/*');
  expect(compared([all], [all, one])).toEqual(nothing);
  expect(compared([one], [all])).toEqual([['Allow Orders/ChargeRole a:* arn:x:table/*'], []]);
  expect(compared([allow('a:Get', 'arn:x:f')], [allow('a:Get', 'arn:x:f:?*')])).toEqual([
    ['Allow Orders/ChargeRole a:Get arn:x:f:?*'],
    ['Allow Orders/ChargeRole a:Get arn:x:f'],
  ]);
});

test('a condition that goes is wider; values of which one suffices are compared one by one', () => {
  const when = (values: string | string[]) =>
    allow('a:Get', '*', { Condition: { StringEquals: { 'a:Method': values } } });
  expect(compared([when('GET')], [allow('a:Get', '*')])).toEqual([['Allow Orders/ChargeRole a:Get *'], []]);
  expect(compared([when('GET'), when('POST')], [when(['POST', 'GET'])])).toEqual(nothing);
  expect(compared([when('GET')], [when(['GET', 'POST'])])[0]).toEqual([
    'Allow Orders/ChargeRole a:Get * {"StringEquals":{"a:Method":"POST"}}',
  ]);
  const not = (values: string[]) =>
    allow('a:Get', '*', { Condition: { StringNotEquals: { 'a:Method': values } } });
  expect(compared([not(['GET', 'POST'])], [not(['GET'])])[0]).toHaveLength(1);
});

test('what remains of what was allowed is told; facts that differ in one thing alone are one', () => {
  const app = (...statements: JsonObject[]) =>
    ordersApp({ ...resources(), ChargePolicy: policy('ChargePolicy', 'ChargeRole', ...statements) });
  const Condition = { StringEquals: { 'a:Qualifier': 'live' } };
  const { remains, narrower } = permissionChanges(
    app(allow(['a:Get', 'a:Put'], [arn('Payments'), ref('Parcels')])),
    app(allow('a:Get', ref('Parcels'), { Condition })),
  );
  expect(grouped(remains).map(factsText)).toEqual([
    'a:Get on <Orders/Parcels> if {"StringEquals":{"a:Qualifier":"live"}}',
  ]);
  expect(grouped(narrower).map(factsText)).toEqual([
    'a:Get, a:Put on <Orders/Parcels>, <Orders/Payments.Arn>',
  ]);
});

test('a denial that goes is wider, a new one narrower', () => {
  const deny = { ...allow('a:Delete', '*'), Effect: 'Deny' };
  expect(compared([deny], [])).toEqual([['Deny Orders/ChargeRole a:Delete *'], []]);
  expect(compared([], [deny])).toEqual([[], ['Deny Orders/ChargeRole a:Delete *']]);
});

test('NotAction is kept as it stands', () => {
  const all = { Effect: 'Allow', NotAction: ['iam:*', 'a:*'], Resource: '*' };
  expect(compared([], [all])[0]).toEqual(['Allow Orders/ChargeRole all but a:*, iam:* *']);
});

test('policies of roles, functions, keys, topics and managed ones count', () => {
  const statement = (Principal: JsonObject | string) => ({
    PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'a:Use', Resource: '*', Principal }] },
  });
  const { PolicyDocument } = statement({ AWS: ['one', 'two'] });
  const after = {
    ...resources(),
    FlowRole: resource('FlowRole', 'IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'states' } },
      },
      Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [allow('a:Inline', '*')] } }],
      ManagedPolicyArns: ['arn:admin'],
    }),
    Key: resource('Key', 'KMS::Key', { KeyPolicy: PolicyDocument }),
    Topic: resource('Parcels/Policy', 'SNS::TopicPolicy', statement('*')),
    Managed: resource('Reviewers', 'IAM::ManagedPolicy', {
      PolicyDocument: { Statement: [allow('a:Review', '*')] },
    }),
    Invoke: resource('Invoke', 'Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: arn('Charge'),
      Principal: 'events',
      SourceArn: ref('Parcels'),
    }),
  };
  expect(permissionChanges(ordersApp(), ordersApp(after)).wider.map(short)).toEqual([
    'Allow states sts:AssumeRole <Orders/FlowRole>',
    'Allow Orders/FlowRole a:Inline *',
    'Allow Orders/FlowRole all that the policy allows arn:admin',
    'Allow one a:Use <Orders/Key>',
    'Allow two a:Use <Orders/Key>',
    'Allow * a:Use <Orders/Parcels/Policy>',
    'Allow Orders/Reviewers a:Review *',
    'Allow events lambda:InvokeFunction <Orders/Charge.Arn> {"SourceArn":"<Orders/Parcels>"}',
  ]);
});
