// ToleratedFailurePercentage and ToleratedFailureCount: how many items of a Map may fail.

import { StateError } from '../errors';
import type { Fields } from '../fields';
import type { Step } from '../step';

/** A field is undefined if the definition does not have it. */
export interface Tolerance {
  percentage: number | undefined;
  count: number | undefined;
}

export function loadTolerance(fields: Fields): (step: Step) => Promise<Tolerance> {
  const percentage = fields.template('ToleratedFailurePercentage');
  const count = fields.template('ToleratedFailureCount');
  return async (step) => ({
    percentage: percentage && (await step.number(percentage, 0, 100)),
    count: count && (await step.wholeNumber(count, 0, Number.MAX_SAFE_INTEGER)),
  });
}

export const toleratesAny = ({ percentage, count }: Tolerance): boolean =>
  percentage !== undefined || count !== undefined;

export function tolerates(tolerance: Tolerance, failed: number, total: number): boolean {
  const { percentage = 100, count = total } = tolerance;
  return toleratesAny(tolerance) && 100 * failed <= percentage * total && failed <= count;
}

export const tooManyFailed = (): StateError =>
  new StateError(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );
