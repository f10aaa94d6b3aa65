import type { JsonObject } from '../../../lib/workflow/json';
import { type App, appOf } from '../../../tools/review/app';
import { render } from '../../../tools/review/report';
import { findingsIn, reviewOf } from '../../../tools/review/review';
import {
  allow,
  arn,
  changed,
  definition,
  gone,
  ordersApp,
  policy,
  ref,
  resource,
  resources,
  reviewed,
  sideOf,
  smallSpec,
  stackOf,
  withProperties,
} from '../../support/small-app';

const title = { stage: 'prod', base: 'main', head: 'the work tree' };
const states: Readonly<Record<string, JsonObject>> = JSON.parse(JSON.stringify(definition.States));

const report = (after: App, before = ordersApp()) => render(reviewed(before, after), title);

test('a refactoring that merges statements, and versions anew, is one line', () => {
  const split = [allow('dynamodb:PutItem', arn('Payments')), allow('dynamodb:GetItem', arn('Payments'))];
  const before = changed({ ChargePolicy: () => policy('ChargePolicy', 'ChargeRole', ...split) });
  const after = JSON.parse(JSON.stringify(resources()).replaceAll('Version1"', 'Version2"'));
  expect(report(ordersApp(after), ordersApp(before))).toBe(
    'Review of prod, from main to the work tree: nothing changes.\n',
  );
});

test('comments of a definition alone are one line, too', () => {
  expect(report(ordersApp(resources({ ...definition, Comment: 'Other' })))).toBe(
    'Review of prod, from main to the work tree: nothing changes but comments in the definitions of flow.\n',
  );
});

const busy = changed(
  {
    Payments: withProperties({ KeySchema: [{ AttributeName: 'order', KeyType: 'HASH' }] }),
    ChargePolicy: () =>
      policy(
        'ChargePolicy',
        'ChargeRole',
        allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], arn('Payments')),
      ),
    Charge: withProperties({
      Environment: { Variables: { TABLE: ref('Payments'), THRESHOLDS: '{"eur":100,"usd":50}' } },
    }),
    Alarm: () => resource('Alarm', 'CloudWatch::Alarm', { Threshold: 5 }),
  },
  resources({
    ...definition,
    States: {
      ...states,
      Charge: {
        ...states.Charge,
        Next: 'Deliver',
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Release' }],
      },
      Deliver: states.Ship,
      Ship: undefined,
    },
  }),
);

const alarmed = { ...resources(), Alarm: resource('Alarm', 'CloudWatch::Alarm', { Threshold: 1 }) };

test('the verdict comes first: what is lost, what breaks, what gets wider', () => {
  const text = report(ordersApp(busy), ordersApp(alarmed));
  expect(text.split('\n').slice(0, 7)).toEqual([
    '## Review of prod, from main to the work tree',
    '',
    '> [!CAUTION]',
    '> - **Orders/Payments** is replaced by an empty one; the old one stays, unused, with its items.',
    '> - **Executions that are running lose what they need:** flow.',
    '> - **Permissions get wider:** Orders/ChargeRole.',
    '> - Changed: 2 states, 1 alarm, 1 other resource.',
  ]);
  expect(text.match(/^### .*/gm)).toEqual([
    '### Destroyed, replaced, orphaned',
    '### Executions that are running',
    '### Permissions',
    '### Workflow flow',
    '### Alarms',
    '### Other resources',
  ]);
});

test('the verdict counts who may do less, without roles that are gone and what is new', () => {
  const less = policy('ChargePolicy', 'ChargeRole', allow('dynamodb:GetItem', arn('Payments')));
  expect(report(ordersApp(changed({ ChargePolicy: () => less })))).toContain(
    '> - Changed: 1 role or service that may do less.\n',
  );
  expect(report(ordersApp(changed({ ChargeRole: gone, ChargePolicy: gone })))).not.toContain('may do less');
  const secured = {
    ...resources(),
    New: resource('New', 'SNS::Topic'),
    NewPolicy: resource('New/Policy', 'SNS::TopicPolicy', {
      Topics: [ref('New')],
      PolicyDocument: {
        Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: ref('New') }],
      },
    }),
  };
  expect(report(ordersApp(secured))).toContain('- not sns:Publish on Orders/New');
  expect(report(ordersApp(secured))).not.toContain('may do less');
});

test('each change is said in a line', () => {
  const text = report(ordersApp(busy), ordersApp(alarmed));
  for (const line of [
    '| **Orders/Payments** (DynamoDB::Table) | replaced by an empty one; the old one stays, unused | KeySchema cannot be changed | its items |',
    '@@ Orders/ChargeRole @@',
    '+ dynamodb:DeleteItem on Orders/Payments',
    '  - `Catch.Declined`: gone, was `{"Next":"Refused"}`',
    '  - **Declined: caught by States.ALL now, which leads to Release.**',
    '- `Ship` is **renamed** to `Deliver`',
    '- **Orders/Alarm**, CloudWatch::Alarm: `Threshold`: `1` → `5`',
    '- **Orders/Charge**, Lambda::Function: `Environment.Variables.THRESHOLDS.usd`: `100` → `50`',
  ])
    expect(text.split('\n')).toContain(line);
});

test('finds what --fail-on names', () => {
  const found = (after: Record<string, JsonObject>) => findingsIn(reviewed(ordersApp(), ordersApp(after)));
  expect(found(busy)).toEqual(['destructive', 'broadening', 'running']);
  expect(found(resources())).toEqual([]);
  const grant = policy('More', 'ReleaseRole', allow('dynamodb:GetItem', arn('Payments')));
  expect(found({ ...resources(), More: grant })).toEqual(['broadening']);
  const losing = policy('ChargePolicy', 'ChargeRole', allow('dynamodb:GetItem', arn('Payments')));
  expect(found(changed({ ChargePolicy: () => losing }))).toEqual(['running']);
});

test('the same in many resources, and in several stages, is one line', () => {
  const alarms = (Threshold: number) =>
    Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [
        `A${index}`,
        resource(`A${index}`, 'CloudWatch::Alarm', { Threshold }),
      ]),
    );
  expect(report(ordersApp(alarms(2)), ordersApp(alarms(1)))).toContain(
    '**Orders/A5** and 3 more, CloudWatch::Alarm: `Threshold`: `1` → `2`',
  );
  const settings = (limit: number) => sideOf(ordersApp(), { settings: { dev: { limit }, prod: { limit } } });
  expect(render(reviewOf(settings(1), settings(2), smallSpec, undefined), title)).toContain(
    '- dev, prod: `limit`: `1` → `2`',
  );
});

test('a resource that will no longer outlive its stack is said', () => {
  const unprotected = changed({ Payments: (table) => ({ ...table, DeletionPolicy: 'Delete' }) });
  expect(report(ordersApp(unprotected))).toContain(
    '- **Orders/Payments**, DynamoDB::Table: `DeletionPolicy`: `Retain` → `Delete`',
  );
});

test('a definition that is no text is told as it stands', () => {
  const built = (...parts: JsonObject[]) =>
    ordersApp(changed({ Flow: withProperties({ DefinitionString: { 'Fn::Join': ['', parts] } }) }));
  const one = { 'Fn::Select': [0, ['one']] };
  expect(report(built(one, one), built(one))).toContain(
    '**Orders/Flow/StateMachine**, StepFunctions::StateMachine: `DefinitionString.Fn::Join`',
  );
});

test('code is told by the files that made the difference', () => {
  const bundle = (hash: string, bytes: number, inputs: Record<string, string>) => ({ hash, bytes, inputs });
  const side = (hash: string, bytes: number) =>
    sideOf(ordersApp(), {
      bundles: new Map([
        [
          'Orders#Charge',
          bundle(hash, bytes, {
            'lambda/shared/a.ts': hash,
            'lambda/b.ts': 'same',
            [`lambda/${hash}.ts`]: 'same',
          }),
        ],
        ['Orders#Release', bundle('same', 5, {})],
      ]),
    });
  const text = render(reviewOf(side('old', 1000), side('new', 1200), smallSpec, undefined), title);
  expect(text).toContain(
    '- **Orders/Charge** (1.2 KB, +200 bytes), by `lambda/old.ts`, `lambda/shared/a.ts`; newly in it `lambda/new.ts`',
  );
  expect(text).not.toContain('Release');
});

test('an output that is gone, and an export that another stack imports, are said', () => {
  const outputs = {
    Table: { Value: ref('Payments') },
    Out: { Value: ref('Parcels'), Export: { Name: 'orders:parcels' } },
  };
  const reader = stackOf({ R: resource('R', 'SNS::Topic', { A: { 'Fn::ImportValue': 'orders:parcels' } }) });
  const before = appOf({ Orders: stackOf(resources(), outputs), Reports: reader });
  const text = report(appOf({ Orders: stackOf(resources()), Reports: stackOf({}) }), before);
  expect(text).toContain('`Orders.Table` is gone: whoever reads it finds nothing.');
  expect(text).toContain(
    '**The deployment will stop:** Orders no longer exports `orders:parcels`, which Reports imports',
  );
  expect(text).toContain('> - **The deployment will stop** at 1 place.');
});

test('a stack under another name is left behind, and its executions with it', () => {
  const renamed = appOf({
    Orders: stackOf(resources(), {}, { stackName: 'new-Orders' }),
  });
  const review = reviewed(ordersApp(), renamed);
  const text = render(review, title);
  expect(text).toContain(
    '> - **Left behind, with all that is in them:** the stacks Orders as they are deployed.',
  );
  expect(text).toContain('> - Executions that are running go on as they began, as far as templates tell.');
  expect(findingsIn(review)).toEqual(['destructive']);
});

test('stays below what GitHub takes, whatever the change', () => {
  const many = Object.fromEntries(
    Array.from({ length: 3000 }, (_, index) => [
      `T${index}`,
      resource(`Table${index}`, 'DynamoDB::Table', { Name: `a name of some length, number ${index}` }),
    ]),
  );
  const states = Object.fromEntries(
    Array.from({ length: 600 }, (_, index) => [
      `State${index}`,
      { Type: 'Pass', Comment: 'x', Next: `State${index + 1}` },
    ]),
  );
  const long = { StartAt: 'State0', States: { ...states, State600: { Type: 'Succeed' } } };
  const text = report(ordersApp(resources(long)), ordersApp({ ...resources(), ...many }));
  expect(text.length).toBeLessThan(65_536);
  expect(text).toContain('left out as the report is too long');
  expect(text).toContain('### Workflow flow');
});
