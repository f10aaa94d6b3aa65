// A stack with one of everything that MiniStack lacks without tools/local/ministack/patches, as the CDK writes it.

const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

const role = (service: string, condition: object, statements: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole', Condition: condition },
      ],
    },
    Policies: [{ PolicyName: 'only', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
  },
});

const trust = (machine: string) => ({
  ArnLike: { 'aws:SourceArn': `arn:aws:states:us-east-1:000000000000:stateMachine:${machine}` },
  StringEquals: { 'aws:SourceAccount': '000000000000' },
});

/** A handler that ends in the way that the event names. */
const handler = `
class PaymentDeclined extends Error { name = 'PaymentDeclined'; }
exports.handler = async ({ end }) => {
  if (end === 'error') throw new PaymentDeclined('no money');
  if (end === 'string') throw 'just text';
  if (end === 'exit') process.exit(1);
  return end;
};`;

export const emulatorTemplate = JSON.stringify({
  Resources: {
    Connection: {
      Type: 'AWS::Events::Connection',
      Properties: {
        AuthorizationType: 'API_KEY',
        AuthParameters: {
          ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: 'Bearer sk_test_1' },
          InvocationHttpParameters: {
            HeaderParameters: [{ Key: 'Stripe-Version', Value: '2026-01-01', IsValueSecret: false }],
          },
        },
      },
    },
    FunctionRole: role('lambda.amazonaws.com', {}, []),
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: arn('FunctionRole'),
        Code: { ZipFile: handler },
      },
    },
    Topic: { Type: 'AWS::SNS::Topic' },
    TlsOnly: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'Topic' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 'sns:Publish',
              Resource: { Ref: 'Topic' },
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    },
    MachineRole: role('states.amazonaws.com', trust('*'), [
      { Effect: 'Allow', Action: 'sns:Publish', Resource: { Ref: 'Topic' } },
      {
        Effect: 'Allow',
        Action: 'states:InvokeHTTPEndpoint',
        Resource: '*',
        Condition: { StringEquals: { 'states:HTTPMethod': 'POST' } },
      },
    ]),
    OtherMachineRole: role('states.amazonaws.com', trust('other'), []),
    MachineLog: { Type: 'AWS::Logs::LogGroup' },
    Shipped: {
      Type: 'AWS::Logs::MetricFilter',
      Properties: {
        LogGroupName: { Ref: 'MachineLog' },
        FilterPattern: '{ ($.type = "TaskStateEntered") && ($.details.name = "NotifyCustomer") }',
        MetricTransformations: [{ MetricNamespace: 'orders', MetricName: 'Shipped', MetricValue: '1' }],
      },
    },
    SavedQuery: {
      Type: 'AWS::Logs::QueryDefinition',
      Properties: {
        Name: 'orders/States',
        QueryString: 'fields details.name',
        LogGroupNames: [{ Ref: 'MachineLog' }],
      },
    },
    Queue: { Type: 'AWS::SQS::Queue' },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: arn('Queue'),
            },
          ],
        },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.states'], detail: { status: ['ABORTED'] } },
        Targets: [{ Id: 'queue', Arn: arn('Queue') }],
      },
    },
  },
  Outputs: {
    ConnectionName: { Value: { Ref: 'Connection' } },
    ConnectionSecret: { Value: { 'Fn::GetAtt': ['Connection', 'SecretArn'] } },
    Function: { Value: { Ref: 'Function' } },
    Topic: { Value: { Ref: 'Topic' } },
    MachineRole: { Value: arn('MachineRole') },
    OtherMachineRole: { Value: arn('OtherMachineRole') },
    QueueUrl: { Value: { Ref: 'Queue' } },
    MachineLog: { Value: { Ref: 'MachineLog' } },
    SavedQuery: { Value: { Ref: 'SavedQuery' } },
  },
});
