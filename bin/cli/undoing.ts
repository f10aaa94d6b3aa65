// Undoing an execution from outside: what its definition's compensations would do, with the variables that it had.

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineForExecutionCommand } from '@aws-sdk/client-sfn';
import jsonata from 'jsonata';
import { record } from '../history/json';
import { compensations } from '../history/notes';
import type { Timeline, Visit } from '../history/timeline';
import type { Cloud } from './cloud';

/** A call that a compensation makes; `byHand` says what a person must do where the command line cannot. */
export interface Undoing {
  readonly state: string;
  readonly call:
    | { readonly kind: 'function'; readonly name: string; readonly payload: unknown }
    | { readonly kind: 'table'; readonly name: string }
    | { readonly kind: 'byHand'; readonly what: string };
}

/** In the order in which the definition undoes. Nothing when nothing can have been made yet. */
export async function planUndoing(
  cloud: Cloud,
  executionArn: string,
  timeline: Timeline,
): Promise<Undoing[]> {
  const { definition = '{}' } = await cloud.sfn.send(
    new DescribeStateMachineForExecutionCommand({ executionArn }),
  );
  const states = record(record(JSON.parse(definition)).States);
  const variables = assigned(timeline.visits);
  const plan: Undoing[] = [];
  for (const state of compensations) {
    if (!Object.hasOwn(states, state)) continue;
    const { Resource: resource, Arguments: given } = record(states[state]);
    const call =
      resource === undefined ? byHand(variables) : await callOf(String(resource), given, variables);
    if (call) plan.push({ state, call });
  }
  return plan;
}

/** The latest value of each variable. */
const assigned = (visits: readonly Visit[]): Record<string, unknown> =>
  Object.assign({}, ...visits.map(({ variables }) => variables ?? {}));

async function callOf(
  resource: string,
  given: unknown,
  variables: Record<string, unknown>,
): Promise<Undoing['call'] | undefined> {
  const values = record(await evaluated(given, variables));
  if (resource.endsWith(':lambda:invoke')) {
    const { FunctionName, Payload } = values;
    // A payload that lacks what it is about: the execution failed before it had made anything.
    if (!isComplete(Payload)) return undefined;
    return { kind: 'function', name: String(FunctionName), payload: Payload };
  }
  if (resource.endsWith(':dynamodb:deleteTable')) {
    return typeof values.TableName === 'string' ? { kind: 'table', name: values.TableName } : undefined;
  }
  return undefined;
}

/** Stripe's key is in a connection that only state machines may use. */
const byHand = ({ owner }: Record<string, unknown>): Undoing['call'] | undefined =>
  typeof owner === 'string'
    ? { kind: 'byHand', what: `delete the customers at Stripe whose metadata says execution = ${owner}` }
    : undefined;

const isComplete = (payload: unknown): boolean =>
  Object.values(record(payload)).every((value) => value !== undefined && value !== null);

/** Arguments are made of literals and of expressions over variables. */
async function evaluated(value: unknown, variables: Record<string, unknown>): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((item) => evaluated(item, variables)));
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).map(
      async ([name, part]) => [name, await evaluated(part, variables)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }
  const expression = typeof value === 'string' ? /^\{%(.*)%\}$/s.exec(value)?.[1] : undefined;
  if (expression === undefined) return value;
  const result: unknown = await jsonata(expression).evaluate({}, variables);
  // JSONata marks its own lists.
  return result === undefined ? undefined : JSON.parse(JSON.stringify(result));
}

interface Clients {
  lambda: Pick<LambdaClient, 'send'>;
  dynamodb: Pick<DynamoDBClient, 'send'>;
}

/** Does it. Returns what was done, in a few words. @throws what the service or the function says */
export async function undo({ call }: Undoing, { lambda, dynamodb }: Clients): Promise<string> {
  switch (call.kind) {
    case 'function': {
      const { InvokeCommand } = await import('@aws-sdk/client-lambda');
      const answer = await lambda.send(
        new InvokeCommand({ FunctionName: call.name, Payload: Buffer.from(JSON.stringify(call.payload)) }),
      );
      const text = Buffer.from(answer.Payload ?? []).toString();
      if (answer.FunctionError === undefined) return text;
      const { errorType, errorMessage } = record(JSON.parse(text));
      throw Object.assign(new Error(String(errorMessage)), { name: String(errorType) });
    }
    case 'table': {
      const { DeleteTableCommand, ResourceNotFoundException } = await import('@aws-sdk/client-dynamodb');
      try {
        await dynamodb.send(new DeleteTableCommand({ TableName: call.name }));
        return 'the table is being deleted';
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return 'there was no table';
        throw error;
      }
    }
    case 'byHand':
      return `left to you: ${call.what}`;
  }
}
