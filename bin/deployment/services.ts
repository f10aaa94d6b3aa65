// What must be right in the account before the first order or signup, and what CloudFormation does not look at.

import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { GetAccountCommand, GetEmailIdentityCommand } from '@aws-sdk/client-sesv2';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { stackName } from '../../contracts/stacks';
import { ceilings, concurrencyToReserveFrom } from '../../lib/ceilings';
import type { Stage } from '../../lib/stages';
import { stackNamed } from './account';
import type { Aws } from './aws';
import { type Finding, failureOf, unseen } from './finding';

/** The welcome e-mail is sent when all else of a signup is done: a sender that SES refuses fails every signup there. */
export async function lookAtSender(
  { ses }: Pick<Aws, 'ses'>,
  { onboarding: { sender } }: Stage,
): Promise<Finding[]> {
  const check = 'e-mail';
  // That is said of the settings.
  if (sender === undefined) return [];
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const identityOf = async (name: string) => {
    try {
      return await ses.send(new GetEmailIdentityCommand({ EmailIdentity: name }));
    } catch (error) {
      if (failureOf(error).name === 'NotFoundException') return undefined;
      throw error;
    }
  };
  try {
    const [address, host, account] = await Promise.all([
      identityOf(sender),
      identityOf(domain),
      ses.send(new GetAccountCommand({})),
    ]);
    const findings: Finding[] = [];
    const refuse = (found: string, remedy: string) =>
      findings.push({ check, verdict: 'refused', found, remedy });
    const warn = (found: string, remedy: string) =>
      findings.push({ check, verdict: 'warning', found, remedy });
    if (!host?.VerifiedForSendingStatus) {
      refuse(
        host ? `the domain ${domain} is not verified with SES` : `SES does not know the domain ${domain}`,
        host
          ? 'publish the DNS records that SES shows for it (aws sesv2 get-email-identity), and wait for them'
          : `aws sesv2 create-email-identity --email-identity ${domain}, and publish the DNS records that it names`,
      );
    }
    if (address) {
      refuse(
        `${sender} is an identity of its own, for which the function has no permission`,
        `aws sesv2 delete-email-identity --email-identity ${sender}: its domain is enough`,
      );
    }
    if (host?.ConfigurationSetName) {
      refuse(
        `${domain} has the default configuration set ${host.ConfigurationSetName}, for which the function has no permission`,
        'add it to the resources of sendEmailFrom (lib/workflow/bindings.ts), or take it off the identity',
      );
    }
    if (account.SendingEnabled === false)
      refuse('SES has stopped this account from sending', 'see the console of SES');
    if (!account.ProductionAccessEnabled) {
      warn(
        'SES is in its sandbox: only verified addresses get e-mail; every other signup fails at its last step',
        'aws sesv2 put-account-details --production-access-enabled … (takes AWS a day)',
      );
    }
    return findings.length > 0
      ? findings
      : [{ check, verdict: 'ok', found: `${domain} is verified, and SES sends` }];
  } catch (error) {
    return [unseen(check, 'ses:GetEmailIdentity and ses:GetAccount', error)];
  }
}

/** What the stage's pace of imports needs, against what the account gives. */
export async function lookAtCeilings({ lambda }: Pick<Aws, 'lambda'>, stage: Stage): Promise<Finding[]> {
  const check = 'ceilings';
  try {
    const [{ AccountLimit }, region] = await Promise.all([
      lambda.send(new GetAccountSettingsCommand({})),
      lambda.config.region(),
    ]);
    const concurrency = AccountLimit?.ConcurrentExecutions ?? 0;
    const needed = concurrencyToReserveFrom(stage);
    if (concurrency < needed) {
      return [
        {
          check,
          verdict: 'refused',
          found: `Lambda lets ${concurrency} functions run at once; to keep some for undoing, ${stage.name} needs ${needed}`,
          remedy:
            'ask for more: Service Quotas, AWS Lambda, "Concurrent executions"; or leave `undoing` out (lib/stages.ts)',
        },
      ];
    }
    const pace = stage.bulk.ordersPerSecond;
    const low = ceilings({ stage, region, concurrency }).filter(
      ({ ordersPerSecond }) => ordersPerSecond < 1.2 * pace,
    );
    if (low.length === 0) {
      return [
        {
          check,
          verdict: 'ok',
          found: `the pace of imports (${pace} orders a second) fits, and a fifth more`,
        },
      ];
    }
    return low.map(({ what, ordersPerSecond, remedy }) => ({
      check,
      verdict: 'warning',
      found: `${what} ends at ${Math.floor(ordersPerSecond)} orders a second; an import starts ${pace}, and shops order too`,
      remedy,
    }));
  } catch (error) {
    return [unseen(check, 'lambda:GetAccountSettings', error)];
  }
}

const topics = [
  { stack: 'Operations', output: 'AlarmTopicArn', silence: 'nobody hears an alarm that cannot wait' },
  { stack: 'Operations', output: 'TicketTopicArn', silence: 'nobody hears an alarm that can wait' },
  {
    stack: 'OrderProcessing',
    output: 'ReviewersTopicArn',
    silence: 'nobody hears of payments that wait for a review; each is undone when its time is over',
  },
];

/** A topic without a subscriber is silence. Before the first deployment there is none to look at. */
export async function lookAtSubscribers(
  aws: Pick<Aws, 'cloudFormation' | 'sns'>,
  stage: Stage,
): Promise<Finding[]> {
  const check = 'subscribers';
  try {
    const findings = await Promise.all(
      topics.map(async ({ stack, output, silence }): Promise<Finding[]> => {
        const [deployed] = await stackNamed(aws, stackName(stage.name, stack));
        const arn = deployed?.Outputs?.find(({ OutputKey }) => OutputKey === output)?.OutputValue;
        if (!arn) return [];
        const { Attributes } = await aws.sns.send(new GetTopicAttributesCommand({ TopicArn: arn }));
        if (Number(Attributes?.SubscriptionsConfirmed ?? 0) > 0) return [];
        const waiting = Number(Attributes?.SubscriptionsPending ?? 0) > 0;
        return [
          {
            check,
            verdict: 'warning',
            found: `${output} has no confirmed subscriber: ${silence}`,
            remedy: waiting
              ? `confirm the subscription of ${output} that waits in a mailbox`
              : `aws sns subscribe --topic-arn ${arn} --protocol email --notification-endpoint <address>`,
          },
        ];
      }),
    );
    return findings.flat();
  } catch (error) {
    return [unseen(check, 'sns:GetTopicAttributes', error)];
  }
}
