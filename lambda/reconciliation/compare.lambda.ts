/**
 * Compares what Stripe, our tables and Step Functions say, for some minutes at a time: the state machine calls it again
 * with what it returned, until nothing is left. Changes nothing but its own file.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { startOfIdentity } from '../../contracts/identity';
import { clientConfig } from '../shared/aws';
import { type Bucket, createBucket, createS3 } from '../shared/bucket';
import { TemporaryFailure } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { stripeFromEnvironment } from '../shared/stripe';
import { type Finding, type Findings, readFindings, saveFindings } from './findings';
import { createFirstLook, type Page } from './first-look';
import { createLedgers, type Ledgers } from './ledgers';
import { checkPeriod, type Period } from './period';
import { createSecondLook } from './second-look';

/** Below the function's timeout by more than the slowest page takes. */
const ROUND_MS = 4 * 60_000;

/** Candidates that are looked at together. */
const AT_ONCE = 5;

/** Payments come before orders, which ask whether they are paid. */
const steps = ['payments', 'refunds', 'customers', 'orders', 'candidates', 'done'] as const;

type Step = (typeof steps)[number];

/** Where the next round goes on: in a step, after an object or a page of it. */
export interface Progress {
  round: number;
  step: Step;
  after?: string;
}

interface Payload {
  /** The execution's input, which may be anything. */
  input: unknown;
  /** The execution's identity. */
  execution: string;
  /** As it was returned; null at first. */
  progress: Progress | null;
}

interface Dependencies {
  ledgers: Ledgers;
  bucket: Bucket;
  now: () => Date;
  /** How long a round goes on with new pages, in milliseconds. */
  roundMs?: number;
}

/** @throws ValidationError when the input is no period; TemporaryFailure, RateLimited. */
export const createCompare = ({ ledgers, bucket, now, roundMs = ROUND_MS }: Dependencies) => {
  const first = createFirstLook(ledgers);
  const secondLook = createSecondLook({ ledgers, now });

  return async ({ input, execution, progress }: Payload): Promise<Progress> => {
    const period = checkPeriod(input, startOfIdentity(execution));
    const { round, ...start } = progress ?? { round: 0, step: steps[0] };
    const findings = await readFindings(bucket, execution, round);
    const found: Finding[] = [];
    const end = now().getTime() + roundMs;
    let place: Omit<Progress, 'round'> = start;
    do {
      const { step, after } = place;
      if (step === 'done') break;
      try {
        const page = await look(step, period, after, findings);
        for (const finding of page.found) findings.add(finding);
        found.push(...page.found);
        place = page.after === undefined ? { step: following(step) } : { step, after: page.after };
      } catch (error) {
        // What is done is kept; the next round begins here, and waits when it fails again.
        if (place === start || !(error instanceof TemporaryFailure)) throw error;
        break;
      }
    } while (now().getTime() < end);
    await saveFindings(bucket, execution, round, found);
    return { round: round + 1, ...place };
  };

  async function look(
    step: Exclude<Step, 'done'>,
    period: Period,
    after: string | undefined,
    earlier: Findings,
  ): Promise<Page> {
    return step === 'candidates' ? again(earlier, Number(after ?? 0)) : first[step](period, after, earlier);
  }

  async function again({ candidates }: Findings, from: number): Promise<Page> {
    const to = from + AT_ONCE;
    const verdicts = await Promise.all(candidates.slice(from, to).map(secondLook));
    return {
      found: verdicts.flatMap((verdict): Finding[] =>
        verdict === 'OPEN' ? [{ open: 1 }] : verdict ? [{ difference: verdict }] : [],
      ),
      after: to < candidates.length ? String(to) : undefined,
    };
  }
};

const following = (step: Step): Step => steps[steps.indexOf(step) + 1] ?? 'done';

export const handler = lambdaHandler(
  () =>
    createCompare({
      ledgers: createLedgers({
        connect: stripeFromEnvironment(),
        dynamodb: new DynamoDBClient(clientConfig),
        sfn: new SFNClient(clientConfig),
        paymentsTable: environment('PAYMENTS_TABLE'),
        reservationsTable: environment('RESERVATIONS_TABLE'),
        customersTable: environment('CUSTOMERS_TABLE'),
        machines: {
          order: environment('ORDER_MACHINE_ARN'),
          onboarding: environment('ONBOARDING_MACHINE_ARN'),
        },
      }),
      bucket: createBucket({ s3: createS3(), name: environment('RECONCILIATION_BUCKET') }),
      now: () => new Date(),
    }),
  ({ execution }: Payload) => ({ execution }),
);
