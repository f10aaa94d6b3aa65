// How a stage is: what needs a person now, what became of the executions of the last day, which versions are live.

import type { Cloud } from '../bin/cli/cloud';
import { roughly } from '../bin/terminal/text';
import { findReviews, findUnmatched, stoppedFinder } from './attention';
import { countOutcomes, versionsReader } from './figures';
import { keptFor } from './found';
import type { Health } from './model';
import type { Outcomes } from './outcomes';
import type { Searches } from './searches';

interface Options {
  searches: Searches;
  outcomes: Outcomes;
  /** Makes a command line from its words. */
  command: (words: string) => string;
  /** How long an answer is given again, what could not be read included. */
  keptMilliseconds: number;
}

/** What cannot be read is a sentence in its place: the answer itself never fails. */
export function healthReader(cloud: Cloud, { keptMilliseconds, ...options }: Options): () => Promise<Health> {
  const findStopped = stoppedFinder(cloud, options);
  const readVersions = versionsReader(cloud);
  return keptFor(keptMilliseconds, async () => {
    const now = new Date();
    const [stopped, asked, unmatched, outcomes, versions] = await Promise.all([
      findStopped(now),
      findReviews(cloud, options),
      findUnmatched(options),
      countOutcomes(options, now),
      readVersions(now),
    ]);
    // Nothing waits for the answer to what has stopped.
    const reviews = {
      ...asked,
      found: asked.found.filter(({ execution }) => stopped.found.every(({ name }) => name !== execution)),
    };
    const toSee = { stopped, reviews, unmatched };
    return { ...judged(toSee, now), ...toSee, outcomes, versions };
  });
}

function judged(
  { stopped, reviews, unmatched }: Pick<Health, 'stopped' | 'reviews' | 'unmatched'>,
  now: Date,
): Pick<Health, 'state' | 'sentence'> {
  const isAll = [stopped, reviews, unmatched].every(({ problems }) => problems.length === 0);
  const needs = [
    ...(stopped.found.length > 0
      ? [
          stopped.found.length === 1
            ? '1 execution stopped half-way'
            : `${stopped.found.length} executions stopped half-way`,
        ]
      : []),
    ...waitingReviews(reviews.found, now),
    ...(unmatched.found.length > 0 ? ['the last reconciliation found differences'] : []),
  ];
  const remark = isAll ? '' : ' Not all could be read: see below.';
  if (needs.length > 0) {
    const [first = '', ...rest] = new Intl.ListFormat('en').format(needs);
    return {
      state: stopped.found.length > 0 ? 'stopped' : 'asked',
      sentence: `${first.toUpperCase()}${rest.join('')}.${remark}`,
    };
  }
  return isAll
    ? { state: 'well', sentence: 'Nothing stopped half-way, and no payment waits for a review.' }
    : { state: 'unsure', sentence: `Nothing that could be read needs a person.${remark}` };
}

function waitingReviews(reviews: Health['reviews']['found'], now: Date): string[] {
  const [oldest] = reviews;
  if (!oldest) return [];
  const age = roughly(now.getTime() - oldest.requestedAt);
  return [
    reviews.length === 1
      ? `1 review waits for an answer, for ${age}`
      : `${reviews.length} reviews wait for an answer, the first for ${age}`,
  ];
}
