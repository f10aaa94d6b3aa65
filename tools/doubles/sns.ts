/** SNS topics in memory: keep what was published to them. */
import * as sdk from '@aws-sdk/client-sns';
import { type FaultPlan, Faults } from './faults';
import { errorsOf, type Failures, underFaults } from './service';

interface PublishParams {
  TopicArn: string;
  Message: string;
}

const snsError = errorsOf(sdk, sdk.SNSServiceException);

const FAILURES: Failures = {
  throttled: () => snsError('ThrottledException', 'Rate exceeded', 429),
  unavailable: () => snsError('InternalErrorException', 'Internal error', 500),
  denied: () => snsError('AuthorizationErrorException', 'Not authorized: SNS:Publish', 403),
};

export function createTopics(arns: readonly string[], faults = new Faults()) {
  const published = new Map<string, string[]>(arns.map((arn) => [arn, []]));
  const underPlan = underFaults('sns', faults, FAILURES);

  const publish = (params: PublishParams) =>
    underPlan('publish', params.TopicArn, params, () => {
      const { TopicArn, Message } = params;
      const messages = published.get(TopicArn);
      if (!messages) throw snsError('NotFoundException', 'Topic does not exist', 404);
      if (typeof Message !== 'string') throw new Error(`SNS double: a Message is text, not ${Message}`);
      if (Message === '') throw snsError('InvalidParameterException', 'Invalid parameter: Empty message');
      messages.push(Message);
      return { MessageId: `notice-${messages.length}` };
    });

  return {
    fail: (plan: FaultPlan) => faults.add(plan),
    /** For Step Functions. */
    call: (_operation: string, input: object) => publish(input as PublishParams),
    failure: underPlan.failure,
    has: (operation: string): boolean => operation === 'publish',
    /** For the functions. */
    client: {
      send: ({ input }: { input: PublishParams }) => publish(input),
    } as unknown as sdk.SNSClient,
    /** The published messages, oldest first, as text. */
    texts: (arn: string): readonly string[] => published.get(arn) ?? [],
    /** The published messages, parsed as JSON. */
    messages: (arn: string): readonly unknown[] => (published.get(arn) ?? []).map((text) => JSON.parse(text)),
  };
}
