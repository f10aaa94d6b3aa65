import { changesBetween } from '../../../tools/local/changes';

const resource = (path: string, Type: string, changes = {}) => ({
  Type,
  Properties: { Size: 1 },
  Metadata: { 'aws:cdk:path': path },
  ...changes,
});

const charge = resource('Orders/ChargeCard/Resource', 'AWS::Lambda::Function');
const role = resource('Orders/ChargeCardRole/Resource', 'AWS::IAM::Role');
const orders = { Resources: { ChargeCard1: charge, Role1: role }, Outputs: {} };

test('the same templates are no change', () => {
  expect(changesBetween({ Orders: orders }, { Orders: structuredClone(orders) })).toEqual([]);
});

test('a stack that differs is named, with the constructs that are new, changed and removed', () => {
  const after = {
    Resources: {
      ChargeCard1: { ...charge, Properties: { Size: 2 } },
      Queue1: resource('Orders/Parcels/Queue/Resource', 'AWS::SQS::Queue'),
    },
    Outputs: {},
  };
  expect(changesBetween({ Orders: orders, Other: {} }, { Other: {}, Orders: after })).toEqual([
    {
      stack: 'Orders',
      resources: [
        'changed ChargeCard (AWS::Lambda::Function)',
        'new Parcels/Queue (AWS::SQS::Queue)',
        'removed ChargeCardRole (AWS::IAM::Role)',
      ],
    },
  ]);
});

test('a resource with only a new logical id is unchanged; one without a path is named by its id', () => {
  const version = (id: string) => ({
    Resources: { [id]: resource('Orders/Machine/Version', 'AWS::StepFunctions::StateMachineVersion') },
  });
  const [{ resources: renamed } = { resources: undefined }] = changesBetween(
    { Orders: version('VersionA') },
    { Orders: version('VersionB') },
  );
  expect(renamed).toEqual([]);
  const plain = { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } };
  expect(changesBetween({}, { Orders: plain })).toEqual([
    { stack: 'Orders', resources: ['new Topic (AWS::SNS::Topic)'] },
  ]);
});

test('a stack with only different outputs is deployed; one that is no longer in the app is ignored', () => {
  expect(changesBetween({ Orders: orders, Gone: {} }, { Orders: { ...orders, Outputs: { A: {} } } })).toEqual(
    [{ stack: 'Orders', resources: [] }],
  );
});
