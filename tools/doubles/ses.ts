/** SES in memory: keeps the e-mails that were sent. */
import * as sdk from '@aws-sdk/client-sesv2';
import { type FaultPlan, Faults } from './faults';
import { errorsOf, type Failures, underFaults } from './service';

interface SentEmail {
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
}

const sesError = errorsOf(sdk, sdk.SESv2ServiceException);

const FAILURES: Failures = {
  throttled: () => sesError('TooManyRequestsException', 'Maximum sending rate exceeded.', 429),
  unavailable: () => sesError('InternalServiceErrorException', 'Internal failure', 500),
  denied: (input) =>
    sesError(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region US-EAST-1: ${recipientsOf(input as sdk.SendEmailCommandInput)}`,
    ),
};

const recipientsOf = (input: sdk.SendEmailCommandInput) => input.Destination?.ToAddresses?.join(', ');

export function createSes(faults = new Faults()) {
  const outbox: SentEmail[] = [];
  const underPlan = underFaults('ses', faults, FAILURES);

  function sendEmail(input: sdk.SendEmailCommandInput): object {
    const { Subject, Body } = input.Content?.Simple ?? {};
    outbox.push({
      from: input.FromEmailAddress ?? '',
      to: input.Destination?.ToAddresses ?? [],
      subject: Subject?.Data ?? '',
      text: Body?.Text?.Data ?? '',
      html: Body?.Html?.Data ?? '',
    });
    return { MessageId: `message-${outbox.length}` };
  }

  return {
    outbox,
    fail: (plan: FaultPlan) => faults.add(plan),
    client: {
      send: ({ input }: { input: sdk.SendEmailCommandInput }) =>
        underPlan('sendEmail', '', input, () => sendEmail(input)),
    } as unknown as sdk.SESv2Client,
  };
}
