/** compat.json: what may fail until the next release, and why. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { plain } from '../../bin/terminal/text';
import { Problem } from '../local/problem';
import type { Failure } from './compare';

const entry = z.strictObject({
  /** A failure's name as the report has it; with a `*` at its end, all that begin so. */
  fails: z.string().min(1),
  direction: z.enum(['old definitions', 'new definitions']),
  reason: z.string().min(1),
  /** The release that it is meant for. The next one removes the entry. */
  release: z.string().min(1),
});

const schema = z.strictObject({ meant: z.array(entry) });

export type Meant = z.infer<typeof entry>;

export const MEANT_FILE = 'compat.json';

/** None, when there is no file. Throws a Problem for one that says something else. */
export function readMeant(file: string): Meant[] {
  if (!existsSync(file)) return [];
  const remedy =
    `It is { "meant": [{ "fails": a failure's name as the report has it, "direction": "old definitions" or ` +
    `"new definitions", "reason": why, "release": for which release }] }.`;
  try {
    const { data, error } = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (data) return data.meant;
    const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Problem(`${MEANT_FILE} cannot be read: ${problems.join('; ')}.`, remedy);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`${MEANT_FILE} is not JSON: ${plain(Object(error).message)}.`, remedy);
  }
}

export interface Judged {
  failures: readonly (Failure & { meant?: Meant })[];
  /** Entries that nothing failed for. */
  stale: readonly Meant[];
}

export function judge(failures: readonly Failure[], entries: readonly Meant[]): Judged {
  const used = new Set<Meant>();
  const judged = failures.map((failure) => {
    const meant = entries.find((each) => fits(each, failure));
    if (!meant) return failure;
    used.add(meant);
    return { ...failure, meant };
  });
  return { failures: judged, stale: entries.filter((each) => !used.has(each)) };
}

const fits = ({ fails, direction }: Meant, failure: Failure): boolean =>
  direction === failure.direction &&
  (fails.endsWith('*') ? failure.name.startsWith(fails.slice(0, -1)) : failure.name === fails);
