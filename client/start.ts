// Starts an execution once, however often the caller asks.

import { isDeepStrictEqual } from 'node:util';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { canonicalJson } from '../contracts/canonical-json';
import { executionArn } from '../contracts/names';
import { IdempotencyConflict, InputTooLarge, MAX_INPUT_BYTES } from './errors';
import { present } from './present';

export interface StartRequest {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: unknown;
}

export interface StartedExecution {
  readonly executionArn: string;
  readonly name: string;
  /** When the execution started; for a repeated start this is in the past. */
  readonly startedAt: Date;
}

/**
 * Starts an execution, or returns the one that was started with this name and input, running or ended. While the
 * execution runs, AWS itself accepts a repeated start; afterwards it throws ExecutionAlreadyExists for 90 days,
 * whatever the input is.
 *
 * @throws InputTooLarge
 * @throws IdempotencyConflict when it was started with another input
 * @throws the SDK's errors, such as StateMachineDoesNotExist
 */
export async function startOnce(sfn: SFNClient, request: StartRequest): Promise<StartedExecution> {
  const { stateMachineArn, name } = request;
  const input = canonicalJson(request.input);
  const bytes = Buffer.byteLength(input);
  if (bytes > MAX_INPUT_BYTES) throw new InputTooLarge(bytes);
  try {
    const started = await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return { name, executionArn: present(started.executionArn), startedAt: present(started.startDate) };
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
  const arn = executionArn(stateMachineArn, name);
  const earlier = await describeNew(sfn, arn);
  // Without an input (its history is gone or may not be read) the name alone decides.
  if (earlier.input !== undefined) {
    const differences = difference(JSON.parse(earlier.input), JSON.parse(input));
    if (differences.length > 0) throw new IdempotencyConflict(arn, differences.slice(0, 10));
  }
  return { name, executionArn: arn, startedAt: present(earlier.startDate) };
}

/** Retries, because DescribeExecution is eventually consistent: a new execution may not be found at first. */
async function describeNew(sfn: SFNClient, arn: string): Promise<DescribeExecutionCommandOutput> {
  for (const delay of [100, 300, 900]) {
    try {
      return await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
    } catch (error) {
      if (!(error instanceof ExecutionDoesNotExist)) throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
  return await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
}

/** Returns the paths at which two JSON values differ; '(everything)' when their types differ. */
function difference(a: unknown, b: unknown, path = ''): string[] {
  if (isDeepStrictEqual(a, b)) return [];
  if (Array.isArray(a) && Array.isArray(b)) {
    const length = Math.max(a.length, b.length);
    return Array.from({ length }, (_, i) => difference(a[i], b[i], `${path}[${i}]`)).flat();
  }
  if (isRecord(a) && isRecord(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].flatMap((key) => difference(a[key], b[key], path === '' ? key : `${path}.${key}`));
  }
  return [path || '(everything)'];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
