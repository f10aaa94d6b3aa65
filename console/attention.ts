// Finds what needs a person: executions that stopped half-way, payments that wait for an answer, and what does not match
// Stripe.

import { inBatches } from '../bin/cli/batches';
import type { Cloud } from '../bin/cli/cloud';
import { type HalfWay, readEnded } from '../bin/cli/halfway';
import { reviewsOf } from '../bin/cli/reviews';
import { redrivable } from '../bin/cli/search';
import { type NextStep, nextSteps } from '../bin/history/next';
import type { Verdict } from '../bin/history/verdict';
import { money, plain } from '../bin/terminal/text';
import type { Review } from '../client/open-reviews';
import { type WorkflowName, workflowNames } from '../contracts/workflows';
import { readEach } from './found';
import type { Found, Health, StoppedExecution, UnmatchedReport, WaitingReview } from './model';
import type { Outcomes } from './outcomes';
import type { Listed, Searches } from './searches';

/** Concurrent reads of a history. */
const AT_ONCE = 10;
/** The most executions of a workflow whose end and whose history is read for one answer; the next answer has the next. */
const READ_PER_ANSWER = 20;
/** Nothing says when a person has seen to what no redrive mends: it is shown for a day. Milliseconds. */
const DAY = 86_400_000;

interface Ended {
  readonly execution: HalfWay;
  readonly verdict: Verdict;
}

interface Options {
  searches: Searches;
  outcomes: Outcomes;
  /** Makes a command line from its words. */
  command: (words: string) => string;
}

/** Finds what `workflows stuck` does, among the newest that failed. What has been read once is known. */
export function stoppedFinder(cloud: Cloud, { searches, outcomes, command }: Options) {
  const known = new Map<string, Ended>();
  const keyOf = ({ arn, endedAt }: Listed) => `${arn} ${endedAt}`;

  return async (now: Date): Promise<Health['stopped']> => {
    const { found, problems } = await readEach(workflowNames, (workflow) => endedIn(workflow));
    const stopped = found
      .filter(
        ({ execution, verdict: { todo } }) =>
          todo === 'redrive' || (todo === 'decide' && now.getTime() - execution.stoppedAt.getTime() < DAY),
      )
      .sort((a, b) => Number(a.execution.stoppedAt) - Number(b.execution.stoppedAt));
    return {
      found: stopped.map((each) => shown(each, now)),
      problems,
      together: together(stopped.filter((each) => isRedrivable(each, now))),
    };
  };

  /** Those of which something may be left. */
  async function endedIn(workflow: WorkflowName): Promise<Found<Ended>> {
    const lists = await Promise.all(redrivable.map((status) => searches.kept(workflow, status, 1)));
    const failed = lists.flatMap(({ executions }) => executions);
    await outcomes.read(failed, READ_PER_ANSWER);
    const candidates = failed.filter((each) => outcomes.of(each).undone === false);
    const unread = candidates.filter((each) => !known.has(keyOf(each)));
    await inBatches(unread.slice(0, READ_PER_ANSWER), AT_ONCE, async (each) => {
      known.set(keyOf(each), await readEnded(cloud, workflow, each.arn));
    });
    const left =
      failed.filter((each) => !outcomes.isKnown(each)).length + Math.max(0, unread.length - READ_PER_ANSWER);
    return {
      found: candidates.flatMap((each) => known.get(keyOf(each)) ?? []),
      problems: [
        ...(left > 0 ? [`${workflow}: ${left} more that failed are being looked at.`] : []),
        ...(lists.some(({ hasMore }) => hasMore)
          ? [`${workflow}: only the newest that failed are looked at. All of them: ${command('stuck')}`]
          : []),
      ],
    };
  }

  function shown({ execution, verdict }: Ended, now: Date): StoppedExecution {
    const { workflow, name, stoppedAt, amount, redriveUntil } = execution;
    return {
      name,
      workflow,
      at: verdict.at,
      why: verdict.why,
      stoppedAt: stoppedAt.getTime(),
      ...(amount && { amount: money(amount.value, amount.currency) }),
      ...(redriveUntil && redriveUntil > now && { redriveUntil: redriveUntil.getTime() }),
      next: next({ execution, verdict }, now),
    };
  }

  function next({ execution, verdict }: Ended, now: Date): NextStep[] {
    const { name } = execution;
    const steps = nextSteps(verdict, { name, command });
    if (verdict.todo !== 'redrive') return steps;
    return isRedrivable({ execution, verdict }, now)
      ? steps.filter(({ run }) => run !== undefined)
      : [{ say: 'It can no longer be redriven. Undo it:', run: command(`undo ${name}`) }];
  }

  function together(stopped: readonly Ended[]): NextStep[] {
    const states = stopped.flatMap(({ execution }) => execution.states);
    return [...new Set(states)].flatMap((state) => {
      const count = states.filter((each) => each === state).length;
      return count === 1
        ? []
        : [
            {
              say: `When the cause is gone, ${count === 2 ? 'both' : `all ${count}`} that stopped at ${state}:`,
              run: command(`redrive --all --failed-at ${state}`),
            },
          ];
    });
  }
}

const isRedrivable = ({ execution: { redriveUntil }, verdict }: Ended, now: Date): boolean =>
  verdict.todo === 'redrive' && redriveUntil !== undefined && redriveUntil > now;

/** What `workflows review list` shows, the oldest first; those of executions that have stopped are among it. */
export const findReviews = (cloud: Cloud, { command }: Pick<Options, 'command'>) =>
  readEach(['Reviews'], async (): Promise<Found<WaitingReview>> => {
    const { openReviews } = await import('../client/open-reviews');
    const reviews = await openReviews(await reviewsOf(cloud));
    return { found: reviews.map((review) => waiting(review, command)), problems: [] };
  });

function waiting(review: Review, command: Options['command']): WaitingReview {
  const { execution, amount, currency, customer, requestedAt, expiresAt, answer } = review;
  const words = answer ? [answer.decision === 'APPROVED' ? 'approve' : 'reject'] : ['approve', 'reject'];
  return {
    execution: plain(execution),
    amount: money(amount, currency),
    customer: customer.known ? plain(`${customer.company}, ${customer.plan}`) : 'unknown customer',
    requestedAt: requestedAt.getTime(),
    expiresAt: expiresAt.getTime(),
    note: noteOf(review),
    answers: words.map((word) => command(`review ${word} ${plain(execution)}`)),
  };
}

/** The last reconciliation that ended, when something did not match. */
export const findUnmatched = ({ searches, outcomes, command }: Options) =>
  readEach(['reconcile'], async (workflow): Promise<Found<UnmatchedReport>> => {
    const { executions } = await searches.kept(workflow, 'SUCCEEDED', 1);
    const [last] = executions;
    if (!last?.endedAt) return { found: [], problems: [] };
    await outcomes.read([last], 1);
    const isUnmatched = outcomes.of(last).outcome === 'DIFFERENCES';
    const report = {
      name: last.name,
      endedAt: last.endedAt,
      run: command(`reconcile --report ${last.name}`),
    };
    return { found: isUnmatched ? [report] : [], problems: [] };
  });

function noteOf({ answer, firstApproval, reviewers }: Review): string {
  if (answer)
    return `${answer.decision} by ${plain(answer.by)}, but that did not arrive: give the answer once more.`;
  if (firstApproval) return `Approved by ${plain(firstApproval.by)}: another person must approve too.`;
  return reviewers > 1 ? `${reviewers} people must approve.` : '';
}
