/** The time whose payments and orders are compared. */
import * as z from 'zod/mini';
import type { ReconciliationInput } from '../../contracts/types';
import { ValidationError } from '../shared/errors';
import { formatted, record, toProblems, toReport } from '../shared/problems';

/** Both ends included. */
export interface Period {
  from: Date;
  until: Date;
}

const DAY_MS = 86_400_000;

/** As long as an authorisation lasts. */
const DEFAULT_DAYS = 7;
const MAX_DAYS = 31;

const time = formatted(
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/,
  'a time in UTC, like 2026-11-29T05:00:00Z',
).check(z.refine((text) => !Number.isNaN(Date.parse(text)), 'is no such time'));

const periodInput = record({
  from: z.optional(time),
  until: z.optional(time),
}) satisfies z.ZodMiniType<ReconciliationInput>;

/**
 * Returns what to compare: the input's period, or the days before the execution's start.
 *
 * @throws ValidationError
 */
export function checkPeriod(input: unknown, startedAt: Date): Period {
  const parsed = z.safeParse(periodInput, input);
  if (!parsed.success) throw new ValidationError(toReport(toProblems(parsed.error)));
  const until = new Date(parsed.data.until ?? startedAt);
  const from = new Date(parsed.data.from ?? until.getTime() - DEFAULT_DAYS * DAY_MS);
  const days = (until.getTime() - from.getTime()) / DAY_MS;
  const problems = [
    ...(until > startedAt ? [{ path: 'until', message: 'must not be in the future' }] : []),
    ...(days > 0 && days <= MAX_DAYS
      ? []
      : [{ path: 'from', message: `must be before until, by ${MAX_DAYS} days at most` }]),
  ];
  if (problems.length > 0) throw new ValidationError(toReport(problems));
  return { from, until };
}
