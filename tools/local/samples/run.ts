// Runs samples: executions that show what the workflows do, each with the outcome that it must have.

import {
  DescribeExecutionCommand,
  type HistoryEvent,
  paginateGetExecutionHistory,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { timelineOf } from '../../../bin/history/timeline';
import { executionIdentity } from '../../../contracts/identity';
import type { LocalCloud } from '../cloud';
import { Problem } from '../problem';

export interface Sample {
  /** The execution's name, e.g. `order-1001`. */
  name: string;
  /** Says in a few words what the sample shows. */
  shows: string;
  /** `outcome` of the output, or the status of an execution that does not succeed. */
  expected: string;
  /** True for a sample that breaks something for all others: it runs after them, by itself. */
  alone?: boolean;
  /** Starts the execution, does meanwhile what the sample needs, and waits for the execution's end. */
  run(cloud: LocalCloud): Promise<EndedExecution>;
  /** Checks the effects afterwards. Returns a line for each one that is not as it must be. */
  violations?(cloud: LocalCloud, ended: EndedExecution): Promise<string[]>;
  /** Lines to show below the table. */
  details?(ended: EndedExecution): string[];
}

export interface EndedExecution {
  arn: string;
  /** Under which it keeps its records. */
  identity: string;
  status: string;
  output: unknown;
  error: string | undefined;
  cause: string | undefined;
  seconds: number;
  transitions: number;
  /** What the sample saw besides, to be shown. */
  notes?: readonly string[];
}

export interface SampleResult {
  sample: Sample;
  /** As `Sample.expected`. */
  outcome: string;
  /** Absent when the sample did not run to its end. */
  ended?: EndedExecution;
  /** What is not as expected; empty when everything is. */
  problems: string[];
}

const pollMilliseconds = 100;
const endSeconds = 120;

/** Runs samples at the same time, then those that must run alone. Results keep the given order. */
export async function runSamples(samples: readonly Sample[], cloud: LocalCloud): Promise<SampleResult[]> {
  const results = new Map<Sample, SampleResult>();
  const run = async (sample: Sample) => results.set(sample, await runSample(sample, cloud));
  await Promise.all(samples.filter(({ alone }) => !alone).map(run));
  for (const sample of samples.filter(({ alone }) => alone)) await run(sample);
  return samples.flatMap((sample) => results.get(sample) ?? []);
}

async function runSample(sample: Sample, cloud: LocalCloud): Promise<SampleResult> {
  try {
    const ended = await sample.run(cloud);
    const outcome = outcomeOf(ended);
    const violations = (await sample.violations?.(cloud, ended)) ?? [];
    const problems = outcome === sample.expected ? violations : [unexpected(sample, ended), ...violations];
    return { sample, outcome, ended, problems };
  } catch (error) {
    return { sample, outcome: 'NOT RUN', problems: [error instanceof Error ? error.message : String(error)] };
  }
}

function unexpected({ expected }: Sample, ended: EndedExecution): string {
  const why = ended.error ? ` (${ended.error}: ${ended.cause?.slice(0, 500)})` : '';
  return `${outcomeOf(ended)}, not ${expected}${why}`;
}

export function outcomeOf({ status, output }: EndedExecution): string {
  if (status !== 'SUCCEEDED') return status;
  return typeof output === 'object' && output !== null && 'outcome' in output
    ? String(output.outcome)
    : status;
}

/** Starts an execution and waits for its end. */
export async function execute(
  stateMachineArn: string,
  name: string,
  input: unknown,
): Promise<EndedExecution> {
  const states = new SFNClient();
  const started = await states.send(
    new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
  );
  states.destroy();
  return untilEnded(started.executionArn ?? '');
}

/** Waits for the end of an execution that has been started already. */
export async function untilEnded(executionArn: string): Promise<EndedExecution> {
  const states = new SFNClient();
  const deadline = Date.now() + endSeconds * 1000;
  while (Date.now() < deadline) {
    const execution = await states.send(new DescribeExecutionCommand({ executionArn }));
    const { status, startDate, stopDate, output, error, cause } = execution;
    if (status && status !== 'RUNNING' && startDate && stopDate) {
      const { transitions } = timelineOf(await history(states, executionArn));
      states.destroy();
      return {
        arn: executionArn,
        identity: executionIdentity(executionArn.split(':').at(-1) ?? '', startDate),
        status,
        output: output === undefined ? undefined : JSON.parse(output),
        error,
        cause,
        seconds: (stopDate.getTime() - startDate.getTime()) / 1000,
        transitions,
      };
    }
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
  throw new Problem(`${executionArn} has not ended after ${endSeconds} s.`, 'See its history.');
}

async function history(client: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for await (const page of paginateGetExecutionHistory({ client }, { executionArn }))
    events.push(...(page.events ?? []));
  return events;
}
