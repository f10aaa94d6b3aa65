/** The errors of a Workflow at synth. */
import fs from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { stages } from '../../../lib/stages';
import { setting } from '../../../lib/workflow/bindings';
import { Workflow } from '../../../lib/workflow/workflow';
import { WorkflowStack } from '../../../lib/workflow/workflow-stack';

class SomeStack extends WorkflowStack {}

const stackNamed = (id: string) => {
  const app = new App();
  const operations = new Stack(app, 'Operations');
  const alarmTopic = new Topic(operations, 'Alarms');
  const ticketTopic = new Topic(operations, 'Tickets');
  const undelivered = new Queue(operations, 'Undelivered');
  return new SomeStack(app, id, { stage: stages.dev, alarmTopic, ticketTopic, undelivered });
};

const impact = 'Nobody.';

test('every problem stops the synth and names the Workflow', () => {
  const construct = () =>
    new Workflow(stackNamed('OrderProcessing'), 'Orders', {
      definition: 'order-processing',
      impact,
      bindings: { Unused: setting('1') },
    });
  expect(construct).toThrow(
    'statemachines/order-processing.asl.json uses ${ValidateOrderArn}, but the Workflow OrderProcessing/Orders has no ' +
      'binding of that name.\nAdd it to its `bindings`, or remove it from the definition.',
  );
  expect(construct).toThrow('The Workflow OrderProcessing/Orders has the binding Unused, but');
});

test('a missing definition is named', () => {
  const construct = () =>
    new Workflow(stackNamed('Other'), 'Other', { definition: 'other', impact, bindings: {} });
  expect(construct).toThrow(/statemachines\/other\.asl\.json/);
});

test('a Fail state that does not say whether all is undone stops the synth', () => {
  const definition = { QueryLanguage: 'JSONata', StartAt: 'Lost', States: { Lost: { Type: 'Fail' } } };
  const read = jest.spyOn(fs, 'readFileSync').mockReturnValueOnce(JSON.stringify(definition));
  const construct = () =>
    new Workflow(stackNamed('Other'), 'Other', { definition: 'other', impact, bindings: {} });
  expect(construct).toThrow('statemachines/other.asl.json: Lost does not say whether all is undone.');
  read.mockRestore();
});

test('a Workflow needs a stack with an alarm topic', () => {
  const construct = () =>
    new Workflow(new Stack(new App(), 'Plain'), 'Orders', {
      definition: 'order-processing',
      impact,
      bindings: {},
    });
  expect(construct).toThrow('Plain/Orders has alarms: put it into a stack that extends WorkflowStack.');
});

describe('what a Workflow counts', () => {
  const review = (outcomes: Record<string, string>) => {
    const stack = stackNamed('Reviews');
    return new Workflow(stack, 'Reviews', {
      definition: 'payment-review',
      impact,
      bindings: {
        CustomersTable: setting('customers'),
        RequestReviewArn: setting('arn'),
        ReviewTimeoutSeconds: setting('60'),
      },
      outcomes,
      isSwept: false,
    });
  };

  test('are states that its definition has', () => {
    expect(() => review({ Asked: 'AskSomebody' })).toThrow(
      'statemachines/payment-review.asl.json has no state AskSomebody, which the outcome Asked of the Workflow ' +
        'Reviews/Reviews counts.',
    );
  });

  test('can be asked for by name, as a sum', () => {
    expect(review({ Asked: 'RequestReview' }).counted('Asked')).toMatchObject({
      namespace: 'workflows/dev',
      metricName: 'payment-review/Asked',
      statistic: 'Sum',
    });
    expect(() => review({ Asked: 'RequestReview' }).counted('Approved')).toThrow(
      'The workflow payment-review does not count Approved, only Asked, NotAnswered: add it to `outcomes`',
    );
  });
});
