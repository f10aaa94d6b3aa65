// Orders so large that a person must approve them. The samples answer through the command line.

import { text } from 'node:stream/consumers';
import { repository } from '../../../bin/local-cloud/paths';
import { stages } from '../../../lib/stages';
import type { LocalCloud } from '../cloud';
import { Problem } from '../problem';
import { start } from '../processes';
import { getItem, order, outputs, sample } from './orders';
import type { Sample } from './run';

const { timeoutSeconds } = stages.local.review;

export const reviewSamples: Sample[] = [
  reviewed('is approved by a person, and ships', 'SHIPPED', large('1006', 'SOFA-RED'), 'approve'),
  reviewed('is rejected by a person', 'REVIEW_REJECTED', large('1007', 'BED-OAK'), 'reject'),
  {
    ...sample(
      `is answered by nobody for ${timeoutSeconds} s`,
      'REVIEW_REJECTED',
      large('1008', 'PIANO-OLD'),
      {
        payment: 'canceled',
        sold: 0,
      },
    ),
    details: ({ output }) => [Object(output).reason],
  },
];

export function large(orderId: string, sku: string) {
  return order(orderId, sku, { items: [{ sku, quantity: 1, unitPrice: 150_000 }] });
}

function reviewed(
  shows: string,
  expected: string,
  input: ReturnType<typeof large>,
  answer: 'approve' | 'reject',
): Sample {
  const ships = answer === 'approve';
  const waiting = sample(shows, expected, input, {
    payment: ships ? 'succeeded' : 'canceled',
    sold: ships ? 1 : 0,
  });
  const words = ['review', answer, waiting.name];
  return {
    ...waiting,
    run: async (cloud) => {
      const [ended] = await Promise.all([
        waiting.run(cloud),
        asked(cloud, waiting.name).then(() => workflows(cloud, words)),
      ]);
      return ended;
    },
    details: () => [`answered with: npm run workflows -- ${words.join(' ')}`],
  };
}

/**
 * Waits until the order asks for a review.
 * @param since when an earlier review of the order was requested (ISO 8601); that one does not count
 * @returns when this review was requested
 */
export async function asked(cloud: LocalCloud, execution: string, since = ''): Promise<string> {
  const { ReviewsTableName = '' } = outputs(cloud);
  const deadline = Date.now() + 60_000;
  for (;;) {
    const review = await getItem(ReviewsTableName, { execution: { S: execution } });
    const requestedAt = review?.requestedAt?.S ?? '';
    if (requestedAt > since) return requestedAt;
    if (Date.now() > deadline) throw new Problem(`${execution} asks for no review.`, 'See its history.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Runs the command line in a process of its own, as a person would. Returns what it printed.
 * @param wanted its exit code. @throws when it is another
 */
export async function workflows(
  { environment }: LocalCloud,
  words: readonly string[],
  wanted = 0,
): Promise<string> {
  const child = start(process.execPath, [require.resolve('tsx/cli'), 'bin/workflows.ts', ...words], {
    cwd: repository,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { stdout, stderr } = child.process;
  const [out, err, { code }] = await Promise.all([
    stdout ? text(stdout) : '',
    stderr ? text(stderr) : '',
    child.ended,
  ]);
  if (code !== wanted) throw new Error(`npm run workflows -- ${words.join(' ')} failed: ${err.trim()}`);
  return out;
}
