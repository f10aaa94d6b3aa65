// Undoes an execution from outside: makes the calls of its definition's compensations, with the execution's variables.

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineForExecutionCommand } from '@aws-sdk/client-sfn';
import jsonata from 'jsonata';
import { record } from '../history/json';
import { compensations } from '../history/notes';
import type { Timeline, Visit } from '../history/timeline';
import type { Cloud } from './cloud';
import { invoke } from './invoke';

/** The call of a compensation; `byHand` is an instruction for a person, where the command line cannot make the call. */
export interface Undoing {
  readonly state: string;
  readonly call:
    | { readonly kind: 'function'; readonly name: string; readonly payload: unknown }
    | { readonly kind: 'table'; readonly name: string }
    | { readonly kind: 'byHand'; readonly what: string };
}

/** The calls, in the definition's order of compensation. Empty if the execution cannot have changed anything yet. */
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
    // A value is missing: the execution failed before there was anything to undo.
    if (!isComplete(Payload)) return undefined;
    return { kind: 'function', name: String(FunctionName), payload: Payload };
  }
  if (resource.endsWith(':dynamodb:deleteTable')) {
    return typeof values.TableName === 'string' ? { kind: 'table', name: values.TableName } : undefined;
  }
  return undefined;
}

/** The command line cannot call Stripe: the key is in a connection that only state machines may use. */
const byHand = ({ owner }: Record<string, unknown>): Undoing['call'] | undefined =>
  typeof owner === 'string'
    ? { kind: 'byHand', what: `delete the customers at Stripe whose metadata says execution = ${owner}` }
    : undefined;

const isComplete = (payload: unknown): boolean =>
  Object.values(record(payload)).every((value) => value !== undefined && value !== null);

/** Evaluates a compensation's Arguments, whose expressions refer to variables only. */
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
  // A copy, without the properties that JSONata adds to lists.
  return result === undefined ? undefined : JSON.parse(JSON.stringify(result));
}

interface Clients {
  lambda: Pick<LambdaClient, 'send'>;
  dynamodb: Pick<DynamoDBClient, 'send'>;
}

/** Makes the call. Returns what was done, in a few words. @throws the error of the service or of the function */
export async function undo({ call }: Undoing, { lambda, dynamodb }: Clients): Promise<string> {
  switch (call.kind) {
    case 'function':
      return invoke(lambda, call.name, call.payload);
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
