// Asks the console's server. The token comes from the link's fragment, and stays there so that reloading works.

import type {
  Comparison,
  ExecutionList,
  Health,
  Place,
  RunPage,
  RunQuery,
  ShownBatch,
  ShownDefinition,
  ShownExecution,
  ShownLogs,
  ShownRecord,
} from '../model';
import { token } from './address';

/** Milliseconds. The server itself gives AWS some 10 s for each of a few tries. */
const LONGEST = 60_000;

async function ask<T>(path: string, query: Record<string, string> = {}): Promise<T> {
  const response = await fetch(`${path}?${new URLSearchParams(query)}`, {
    headers: { 'x-console-token': token() },
    signal: AbortSignal.timeout(LONGEST),
  }).catch((error: unknown) => {
    throw new Error(
      error instanceof DOMException && error.name === 'TimeoutError'
        ? 'The console has no answer within a minute.'
        : 'The console has ended. Start it again, and open the link that it prints.',
    );
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}

export const readPlace = () => ask<Place>('place');

export const readList = (workflow: string, depth: number) =>
  ask<ExecutionList>('executions', { workflow, depth: String(depth) });

export const readExecution = (id: string) => ask<ShownExecution>('execution', { id });

export const readHealth = () => ask<Health>('health');

export const readDefinition = (of: string) => ask<ShownDefinition>('definition', { of });

export const readRun = ({ of, page, ...query }: RunQuery) =>
  ask<RunPage>('run', { ...query, ...(of && { of }), page: String(page) });

export const readBatch = (id: string) => ask<ShownBatch>('batch', { id });

/** @param visit key of a row; without it all lines of the execution */
export const readLogs = (query: { id: string; visit?: string }) => ask<ShownLogs>('logs', query);

export const readRecords = (id: string) => ask<ShownRecord[]>('records', { id });

export const readComparison = (ids: string) => ask<Comparison>('comparison', { ids });
