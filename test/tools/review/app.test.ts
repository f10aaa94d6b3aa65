import { appOf, shown } from '../../../tools/review/app';
import { arn, ref, resource, stackOf } from '../../support/small-app';

/** The properties of a resource of the stack Orders, beside a stack Data with a table. */
function read(properties: Parameters<typeof resource>[2]) {
  const outputs = {
    Weak: { Value: ref('Table') },
    Strong: { Value: arn('Table'), Export: { Name: 'data:table' } },
  };
  const data = { template: { Resources: { Table: { Type: 'AWS::S3::Bucket' } }, Outputs: outputs } };
  const app = appOf({
    Data: { ...data, stackName: 'prod-Data', terminationProtection: false },
    Orders: stackOf({
      Topic1: resource('Topic', 'SNS::Topic', properties),
      Own: resource('Own', 'SNS::Topic'),
    }),
  });
  return app.resources.get('Orders#Topic1');
}

test('a reference is the name of the construct, also in a text', () => {
  const { properties } = read({
    Ref: [ref('Own')],
    Att: arn('Own'),
    Join: { 'Fn::Join': ['/', ['a', ref('Own'), ref('AWS::Region')]] },
    Sub: { 'Fn::Sub': 'x-${AWS::AccountId}-${Own}' },
    Other: { 'Fn::Select': [0, [ref('Own')]] },
  }) ?? { properties: {} };
  expect(properties).toEqual({
    Ref: ['<Orders/Own>'],
    Att: '<Orders/Own.Arn>',
    Join: 'a/<Orders/Own>/<Region>',
    Sub: 'x-<AccountId>-<Orders/Own>',
    Other: { 'Fn::Select': [0, ['<Orders/Own>']] },
  });
});

test('a reference to another stack is, too, strong or weak; without a path it is the logical id', () => {
  const topic = read({
    Strong: { 'Fn::ImportValue': 'data:table' },
    Weak: { 'Fn::GetStackOutput': { StackName: 'prod-Data', OutputName: 'Weak' } },
    Elsewhere: { 'Fn::ImportValue': 'not:ours' },
  });
  expect(topic?.properties).toEqual({
    Strong: '<Data/Table.Arn>',
    Weak: '<Data/Table>',
    Elsewhere: '<import not:ours>',
  });
  expect(topic?.references).toEqual({ Strong: ['Data#Table'], Weak: ['Data#Table'], Elsewhere: [] });
});

test('people see names alone', () => {
  expect(
    shown('arn:<Partition>:states:<Region>:<AccountId>:execution:<Orders/Flow.Name>:* <Orders/Own.Arn>'),
  ).toBe('states: execution:Orders/Flow.Name:* Orders/Own');
});
