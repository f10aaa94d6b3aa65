// Reads several things of which some may be refused: the others are still worth showing.

import { explain } from '../bin/cli/errors';
import type { Found } from './model';

/** What was read for each name. A failure becomes a sentence with the names that it befell. */
export async function readEach<Name extends string, T>(
  names: readonly Name[],
  read: (name: Name) => Promise<Found<T>>,
): Promise<Found<T>> {
  const failed = new Map<string, Name[]>();
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        return await read(name);
      } catch (error) {
        const { message } = explain(error);
        failed.set(message, [...(failed.get(message) ?? []), name]);
        return { found: [], problems: [] };
      }
    }),
  );
  return {
    found: found.flatMap((each) => each.found),
    problems: [
      ...[...failed].map(([message, of]) => `${of.join(', ')} could not be read: ${message}`),
      ...found.flatMap(({ problems }) => problems),
    ],
  };
}

/** Reads again only after `milliseconds`. What failed is not kept. */
export function keptFor<T>(milliseconds: number, read: () => Promise<T>): () => Promise<T> {
  let at = Number.NEGATIVE_INFINITY;
  let answer: Promise<T>;
  return () => {
    if (Date.now() - at < milliseconds) return answer;
    at = Date.now();
    answer = read();
    answer.catch(() => {
      at = Number.NEGATIVE_INFINITY;
    });
    return answer;
  };
}
