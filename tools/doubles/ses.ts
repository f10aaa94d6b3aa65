/** SES in memory: an outbox. */
import type { SESv2Client, SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { awsError, type Fault, Faults, replyLost } from './faults';

interface SentEmail {
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
}

export function createSes() {
  const outbox: SentEmail[] = [];
  const faults = new Faults();

  async function sendEmail(input: SendEmailCommandInput): Promise<object> {
    const fault = faults.take();
    if (fault === 'throttled')
      throw awsError('TooManyRequestsException', 'Maximum sending rate exceeded.', 429);
    if (fault === 'unavailable') throw awsError('InternalServiceErrorException', 'Internal failure', 500);
    if (fault === 'denied') {
      const failed = input.Destination?.ToAddresses?.join(', ');
      throw awsError(
        'MessageRejected',
        `Email address is not verified. The following identities failed the check in region US-EAST-1: ${failed}`,
      );
    }
    const { Subject, Body } = input.Content?.Simple ?? {};
    outbox.push({
      from: input.FromEmailAddress ?? '',
      to: input.Destination?.ToAddresses ?? [],
      subject: Subject?.Data ?? '',
      text: Body?.Text?.Data ?? '',
      html: Body?.Html?.Data ?? '',
    });
    if (fault === 'lostReply') throw replyLost();
    return { MessageId: `message-${outbox.length}` };
  }

  return {
    outbox,
    fail: (fault: Fault) => faults.add(fault),
    client: {
      send: (command: { input: SendEmailCommandInput }) => sendEmail(command.input),
    } as unknown as SESv2Client,
  };
}
