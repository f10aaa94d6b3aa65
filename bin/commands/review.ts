import type { Command } from 'commander';
import type { Review, ReviewDecision, ReviewSettings } from '../../client/review';
import type { Cloud } from '../cli/cloud';
import type { Context } from '../cli/context';
import { resolveExecution } from '../cli/executions';
import { reviewsOf } from '../cli/reviews';
import { table } from '../terminal/table';
import { duration, money, plain } from '../terminal/text';

export function addReview(program: Command, context: Context): void {
  const review = program.command('review').description('payments that wait for a person');

  review
    .command('list')
    .description('what waits for an answer, the oldest first')
    .action(async () => {
      const { openReviews } = await import('../../client/open-reviews');
      const reviews = await openReviews(await reviewsOf(await context.cloud()));
      if (reviews.length === 0) {
        context.io.out('No payment waits for a review.');
        return;
      }
      context.io.out(reviewTable(reviews, new Date(), context));
      context.io.err(`Answer: ${context.command('review approve|reject <execution>')}`);
    });

  for (const [word, decision] of [
    ['approve', 'APPROVED'],
    ['reject', 'REJECTED'],
  ] as const) {
    review
      .command(word)
      .description(`${word} a payment; the first answer counts. Given again, it sends what did not arrive`)
      .argument('<execution>', "the order's execution, as the list shows it, or the order id")
      .action((execution: string) => answer(context, execution, decision));
  }
}

async function answer(context: Context, execution: string, decision: ReviewDecision): Promise<void> {
  const { answerReview } = await import('../../client/review');
  const cloud = await context.cloud();
  const { name } = await resolveExecution(cloud, execution);
  const review = await answerReview(name, { decision, by: await caller(cloud) }, await settingsOf(cloud));
  if (!review.answer) {
    context.io.out(`${name}  ${firstOfTwo(review)}`);
    context.io.err(`It waits until another person does: ${context.command(`review approve ${name}`)}`);
    return;
  }
  context.io.out(`${name}  ${decision} by ${plain(review.answer.by)} at ${review.answer.at.toISOString()}`);
  context.io.err(`Follow the order: ${context.command(`status ${name} --watch`)}`);
}

const firstOfTwo = ({ firstApproval }: Review) =>
  firstApproval
    ? `approved by ${plain(firstApproval.by)} at ${firstApproval.at.toISOString()}, the first of two`
    : 'needs two approvals';

const settingsOf = async (cloud: Cloud): Promise<ReviewSettings> => ({
  ...(await reviewsOf(cloud)),
  sfn: cloud.sfn,
});

/** The reviewer's AWS identity: `assumed-role/Reviewers/ann`. */
async function caller(cloud: Cloud): Promise<string> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const { Arn = 'unknown' } = await (await cloud.clients.sts()).send(new GetCallerIdentityCommand({}));
  return Arn.split(':').at(-1) ?? Arn;
}

function reviewTable(reviews: readonly Review[], now: Date, { io }: Context): string {
  const head = ['Execution', 'Amount', 'Customer', 'Asked', 'Time left', ''].map(io.colours.bold);
  const rows = reviews.map((review) => {
    const {
      execution,
      amount,
      currency,
      customer,
      requestedAt,
      expiresAt,
      answer: given,
      reviewers,
    } = review;
    return [
      plain(execution),
      money(amount, currency),
      customer.known
        ? plain(`${customer.company}, ${customer.plan}, since ${customer.customerSince.slice(0, 10)}`)
        : 'unknown',
      `${duration(now.getTime() - requestedAt.getTime())} ago`,
      duration(expiresAt.getTime() - now.getTime()),
      given
        ? io.colours.yellow(
            `${given.decision} by ${plain(given.by)}, but it did not arrive: answer once more`,
          )
        : reviewers > 1
          ? firstOfTwo(review)
          : '',
    ];
  });
  return table([head, ...rows]);
}
