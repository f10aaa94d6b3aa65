// Every sample, and the choice among them.

import { Problem } from '../problem';
import { importSamples } from './imports';
import { onboardingSamples } from './onboarding';
import { orderSamples } from './orders';
import { paymentSamples } from './payments';
import { reconciliationSamples } from './reconciliation';
import { recoverySamples } from './recoveries';
import { reviewSamples } from './reviews';
import type { Sample } from './run';
import { stripeEventSamples } from './stripe-events';

const samples: readonly Sample[] = [
  ...orderSamples,
  ...paymentSamples,
  ...stripeEventSamples,
  ...reviewSamples,
  ...recoverySamples,
  ...importSamples,
  ...onboardingSamples,
  ...reconciliationSamples,
];

/**
 * Those whose execution's name begins so: `order` means all orders, `order-1005` one of them, `none` none.
 * @throws Problem when there are none of that name
 */
export function samplesNamed(only: string, all: readonly Sample[] = samples): readonly Sample[] {
  if (only === 'none') return [];
  const chosen = all.filter(({ name }) => name.startsWith(only));
  if (chosen.length > 0) return chosen;
  throw new Problem(
    `There is no sample whose name begins with "${only}".`,
    `Give --only the beginning of one of them, or none:\n  ${all.map(({ name }) => name).join('\n  ')}`,
  );
}
