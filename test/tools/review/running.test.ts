import type { JsonObject } from '../../../lib/workflow/json';
import { reviewOf } from '../../../tools/review/review';
import {
  allow,
  arn,
  changed,
  definition,
  gone,
  kept,
  ordersApp,
  policy,
  ref,
  resource,
  resources,
  reviewed,
  sideOf,
  smallSpec,
  withProperties,
} from '../../support/small-app';

const running = (after: Record<string, JsonObject>, before = resources()) => {
  const [flow] = reviewed(ordersApp(before), ordersApp(after)).running;
  return { breaks: flow?.breaks, meets: flow?.meets };
};

const order = { KeySchema: [{ AttributeName: 'order', KeyType: 'HASH' }] };

test('nothing that they use is changed: nothing to tell', () => {
  expect(running(resources())).toEqual({ breaks: [], meets: [] });
  expect(running({ ...resources(), New: resource('New', 'SQS::Queue') })).toEqual({ breaks: [], meets: [] });
});

test('a topic that the definition names: removed, replaced, or kept without a permission', () => {
  expect(running(changed({ Parcels: gone })).breaks).toEqual([
    'At `Ship`: Orders/Parcels is removed. Those calls fail. Nothing catches that: the execution fails.',
  ]);
  const anew = changed({ Parcels: withProperties({ QueueName: 'x' }) });
  expect(running(anew).breaks).toEqual([
    'At `Ship`: Orders/Parcels is replaced. Those calls fail. Nothing catches that: the execution fails.',
  ]);
  const before = changed({ Parcels: (topic) => ({ ...topic, ...kept }) });
  expect(running(changed({ Parcels: withProperties({ QueueName: 'x' }) }, before), before).breaks).toEqual([
    'At `Ship`: Orders/Parcels is replaced. They go on naming the old one, but policies allow only the new one: those calls fail. Nothing catches that: the execution fails.',
  ]);
});

test('a name in a variable: told of the states that read it, not of the one that assigns it', () => {
  const { Charge, Ship, ...others } = definition.States as Record<string, JsonObject>;
  const flow: JsonObject = {
    ...definition,
    States: {
      ...others,
      Charge: { ...Charge, Assign: { to: { topic: '${Parcels}' } } },
      Ship: { ...Ship, Arguments: { TopicArn: '{% $to.topic %}' } },
    },
  };
  const before = resources(flow);
  expect(running(changed({ Parcels: gone }, before), before).breaks).toEqual([
    'At `Ship`: Orders/Parcels is removed. Those calls fail. Nothing catches that: the execution fails.',
  ]);
});

test('a replaced table: versions keep the old one, and what an alias leads to finds a new one', () => {
  expect(running(changed({ Payments: withProperties(order) })).breaks).toEqual([
    'At `Charge`: the version of Orders/Charge that they began with keeps the old Orders/Payments, which is replaced. They go on naming the old one, but policies allow only the new one: those calls fail. Then comes `Release`.',
    "At `Release`: today's Orders/Release looks into the new, empty Orders/Payments for what was written into the old one.",
  ]);
});

test('a function that is gone takes its versions with it; its role is not told again', () => {
  const after = changed({ Charge: gone, ChargeVersion1: gone, ChargeRole: gone, ChargePolicy: gone });
  expect(running(after).breaks).toEqual([
    'At `Charge`: Orders/Charge with all its versions is removed. Those calls fail. Then comes `Release`.',
  ]);
});

test('a permission that goes: of the role of the machine, and of a function that is called by a version', () => {
  const flow = policy('FlowPolicy', 'FlowRole', allow('lambda:InvokeFunction', '*'));
  expect(running(changed({ FlowPolicy: () => flow })).breaks).toEqual([
    'At `Ship`: they may no longer sns:Publish on <Orders/Parcels>. Nothing catches that: the execution fails.',
  ]);
  const charge = policy('ChargePolicy', 'ChargeRole', allow('dynamodb:GetItem', arn('Payments')));
  expect(running(changed({ ChargePolicy: () => charge })).breaks).toEqual([
    'At `Charge`: the version of Orders/Charge that they began with may no longer dynamodb:PutItem on <Orders/Payments.Arn>. Then comes `Release`.',
  ]);
});

test('a permission of a function that is called by its alias goes with its code: it is no loss', () => {
  const grant = policy('ReleasePolicy', 'ReleaseRole', allow('dynamodb:GetItem', arn('Payments')));
  expect(running(resources(), { ...resources(), ReleasePolicy: grant }).breaks).toEqual([]);
});

test('the machine itself, or its role', () => {
  expect(running(changed({ Flow: gone })).breaks).toEqual([
    'The state machine is removed: AWS ends its executions. Drain it first.',
  ]);
  expect(running(changed({ FlowRole: gone, FlowPolicy: gone })).breaks).toEqual([
    'The role Orders/FlowRole is removed: they keep the old one, and fail at each call.',
  ]);
});

test('they meet what is new where they call an alias, and nothing where they call a version', () => {
  const slower = withProperties({ Timeout: 25 });
  const bundles = (hash: string) =>
    new Map(['Charge', 'Release'].map((id) => [`Orders#${id}`, { hash, bytes: 1, inputs: {} }]));
  const [flow] = reviewOf(
    sideOf(ordersApp(), { bundles: bundles('old') }),
    sideOf(ordersApp(), { bundles: bundles('new') }),
    smallSpec,
    undefined,
  ).running;
  expect(flow?.meets).toEqual(['At `Release`: new code, as they call the function by its alias.']);
  expect(running(changed({ Charge: slower, Release: slower }))).toEqual({
    breaks: [],
    meets: ['At `Release`: new settings, as they call the function by its alias.'],
  });
});

test('a state that is counted under another name is counted no more', () => {
  const FilterPattern = '{ ($.details.name = "Deliver") }';
  expect(running(changed({ Shipped: withProperties({ FilterPattern }) })).meets).toEqual([
    'At `Ship`: flow/Shipped counts them no more.',
  ]);
  const others = withProperties({ LogGroupName: ref('Elsewhere'), FilterPattern });
  const before = changed({ Shipped: withProperties({ LogGroupName: ref('Elsewhere') }) });
  expect(running(changed({ Shipped: others }, before), before).meets).toEqual([]);
});

test('a version that becomes the alias: what is allowed for versions must stay', () => {
  const before = resources();
  const live = {
    DefinitionSubstitutions: {
      ChargeArn: ref('ChargeLive'),
      ReleaseArn: ref('ReleaseLive'),
      Parcels: ref('Parcels'),
    },
  };
  const after = changed({
    Flow: withProperties(live),
    ChargeLive: () => resource('Charge/Live', 'Lambda::Alias', { FunctionName: ref('Charge') }),
    FlowPolicy: () =>
      policy(
        'FlowPolicy',
        'FlowRole',
        allow('lambda:InvokeFunction', [ref('ChargeLive'), ref('ReleaseLive')]),
        allow('sns:Publish', ref('Parcels')),
      ),
  });
  expect(running(after, before).breaks).toEqual([
    'At `Charge`: they may no longer lambda:InvokeFunction on <Orders/Charge.Arn>:*. What they may instead, lambda:InvokeFunction on <Orders/Charge/Live>: is it enough?',
  ]);
});
