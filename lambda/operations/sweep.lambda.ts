/**
 * The sweep: on a schedule, lets executions go on that stopped half-way for a reason that passes by itself. It keeps
 * nothing: each time it looks at what Step Functions says now, so a sweep that was cut short, came twice or never came
 * is made up for by the next.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ExecutionDoesNotExist,
  type ExecutionListItem,
  ExecutionNotRedrivable,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import { aws, clientConfig } from '../shared/aws';
import { RateLimited } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { asMetric } from '../shared/metrics';
import { createCountOverdue } from './overdue';
import { isDue, isRedrivable, MOST_REDRIVES } from './redrivable';

/** Of a state machine, of all that failed in 90 days: 20 pages of 1000. */
const MOST_PAGES = 20;

/** Executions that one sweep looks at, five in a second: DescribeExecution is throttled above 15, for all together. */
const MOST_LOOKED_AT = 2000;
const BETWEEN_LOOKS = 200;

/** Executions that one sweep redrives, one in a second: what failed has only just come back. */
const MOST_REDRIVEN = 100;
const BETWEEN_REDRIVES = 1000;

/** Milliseconds that are kept for the call under way (3 tries of 3 s) and for the message (as many). */
const RESERVE = 25_000;

interface Dependencies {
  sfn: Pick<SFNClient, 'send'>;
  sns: Pick<SNSClient, 'send'>;
  /** ARNs of state machines by the names of their workflows. */
  machines: Readonly<Record<string, string>>;
  topicArn: string;
  stage: string;
  /** URL of the runbook's section. */
  runbook: string;
  /** How long after its end an execution is redriven for the first time. */
  afterSeconds: number;
  now: () => Date;
  pause: (milliseconds: number) => Promise<void>;
  log: (message: string, ids: Record<string, string | number | boolean>) => void;
}

/** An execution that may have to be redriven. */
interface Due {
  readonly workflow: string;
  readonly arn: string;
  readonly stoppedAt: number;
}

interface Redriven {
  readonly workflow: string;
  readonly name: string;
  readonly error: string;
  /** Which redrive of it this is, from 1. */
  readonly redrive: number;
}

interface Swept {
  readonly lookedAt: number;
  readonly redriven: readonly Redriven[];
  /** False when the next sweep has something left to do. */
  readonly isComplete: boolean;
}

/** @throws the first error that a call met, once all that could be done is done and told */
export const createSweep = (dependencies: Dependencies) => {
  const { sfn, sns, machines, topicArn, stage, runbook, afterSeconds, now, pause, log } = dependencies;

  return async (context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<Swept> => {
    const isTimeLeft = () => context.getRemainingTimeInMillis() > RESERVE;
    const errors: unknown[] = [];
    const due = await findDue(errors, isTimeLeft);
    const chosen = chosenOf(due.found);
    const redriven: Redriven[] = [];
    let lookedAt = 0;
    for (const each of chosen) {
      // What throttles one call throttles the next.
      if (errors.some((error) => error instanceof RateLimited)) break;
      if (redriven.length === MOST_REDRIVEN || !isTimeLeft()) break;
      lookedAt++;
      try {
        const result = await redriveIfSafe(each);
        if (result) redriven.push(result);
        await pause(result ? BETWEEN_REDRIVES : BETWEEN_LOOKS);
      } catch (error) {
        errors.push(error);
      }
    }
    const isComplete = due.isComplete && lookedAt === due.found.length && errors.length === 0;
    log('Swept', { lookedAt, redriven: redriven.length, isComplete });
    if (redriven.length > 0) await tell(redriven, isComplete);
    if (errors.length > 0) throw errors[0];
    return { lookedAt, redriven, isComplete };
  };

  async function findDue(errors: unknown[], isTimeLeft: () => boolean) {
    const found: Due[] = [];
    let isComplete = true;
    for (const [workflow, stateMachineArn] of Object.entries(machines)) {
      try {
        let nextToken: string | undefined;
        let pages = 0;
        do {
          const list = new ListExecutionsCommand({
            stateMachineArn,
            statusFilter: 'FAILED',
            maxResults: 1000,
            nextToken,
          });
          const page = await aws(() => sfn.send(list));
          found.push(...(page.executions ?? []).flatMap((each) => dueOf(workflow, each)));
          nextToken = page.nextToken;
        } while (nextToken !== undefined && ++pages < MOST_PAGES && isTimeLeft());
        isComplete &&= nextToken === undefined;
      } catch (error) {
        errors.push(error);
      }
    }
    return { found, isComplete };
  }

  function dueOf(workflow: string, listed: ExecutionListItem): Due[] {
    const { executionArn, stopDate } = listed;
    if (executionArn === undefined || stopDate === undefined) return [];
    return isDue(listed, { now: now(), afterSeconds })
      ? [{ workflow, arn: executionArn, stoppedAt: stopDate.getTime() }]
      : [];
  }

  /** @returns undefined for what is none of the sweep's business, or has gone on already */
  async function redriveIfSafe({ workflow, arn }: Due): Promise<Redriven | undefined> {
    try {
      const described = await aws(() => sfn.send(new DescribeExecutionCommand({ executionArn: arn })));
      if (!isRedrivable(described)) return undefined;
      const { name = '', error = '', redriveCount = 0 } = described;
      await aws(() => sfn.send(redriveOf(described)));
      const redriven = { workflow, name, error, redrive: redriveCount + 1 };
      log('Redriven', { execution: name, workflow, errorName: error, redrive: redriven.redrive });
      return redriven;
    } catch (error) {
      if (error instanceof ExecutionNotRedrivable || error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  }

  async function tell(redriven: readonly Redriven[], isComplete: boolean): Promise<void> {
    const lines = redriven.map(
      ({ workflow, name, error, redrive }) =>
        `${name} of ${workflow}, stopped by ${error}: redrive ${redrive} of ${MOST_REDRIVES}`,
    );
    const text = [
      `${stage}: the sweep lets ${redriven.length} go on that stopped half-way.`,
      ...lines,
      ...(isComplete ? [] : ['There are more to look at: the next sweep goes on.']),
      `Runbook: ${runbook}`,
    ];
    await aws(() => sns.send(new PublishCommand({ TopicArn: topicArn, Message: text.join('\n') })));
  }
};

/** The token makes two sweeps that redrive the same end of an execution at once redrive it once. */
const redriveOf = ({ executionArn, redriveCount = 0 }: DescribeExecutionCommandOutput) =>
  new RedriveExecutionCommand({ executionArn, clientToken: `sweep-${redriveCount}` });

/**
 * The oldest first. When there are too many for one sweep they are drawn by lot: most may be undone already, which only
 * a look tells, and the same ones would be in the way of the others each time.
 */
const chosenOf = (due: readonly Due[]): Due[] => {
  const drawn = due.map((each) => ({ each, lot: Math.random() })).sort((a, b) => a.lot - b.lot);
  return drawn
    .slice(0, MOST_LOOKED_AT)
    .map(({ each }) => each)
    .sort((a, b) => a.stoppedAt - b.stoppedAt);
};

/** What the schedules send; a person who calls the function need not send anything. */
interface Event {
  readonly task?: 'count-overdue';
}

export const handler = lambdaHandler(
  () => {
    const logger = new Logger();
    const sfn = new SFNClient(clientConfig);
    const sweep = createSweep({
      sfn,
      sns: new SNSClient(clientConfig),
      machines: JSON.parse(environment('STATE_MACHINES')),
      topicArn: environment('ALARM_TOPIC_ARN'),
      stage: environment('STAGE'),
      runbook: environment('RUNBOOK'),
      afterSeconds: Number(environment('AFTER_SECONDS')),
      now: () => new Date(),
      pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      log: (message, ids) => logger.info(message, ids),
    });
    const countOverdue = createCountOverdue({
      sfn,
      watched: JSON.parse(environment('WATCHED')),
      now: () => new Date(),
      report: (workflow, count, names) =>
        logger.info('Overdue', { names, ...asMetric({ name: `${workflow}/Overdue`, value: count }) }),
    });
    return async (event: Event | null, context) =>
      event?.task === 'count-overdue' ? await countOverdue() : await sweep(context);
  },
  () => ({}),
);
