/** The result of `npm run compat -- --json`, as far as the review shows it. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { Problem } from '../local/problem';

const failure = z.object({
  direction: z.enum(['old definitions', 'new definitions']),
  name: z.string(),
  reason: z.string(),
  /** Whether executions can meet it. */
  isMet: z.boolean(),
  meant: z.object({ reason: z.string(), release: z.string() }).optional(),
});

const schema = z.object({
  base: z.object({ revision: z.string(), commit: z.string() }),
  mixes: z.array(z.object({ tests: z.object({ unjudged: z.array(z.unknown()) }) })),
  failures: z.array(failure),
  /** Why functions of the base could not be mixed. */
  problem: z.string().optional(),
});

export type CompatResult = z.infer<typeof schema>;

/** Throws a Problem for a file that is something else, or about another base. */
export function readCompat(file: string, commit: string): CompatResult {
  const remedy = `Make it with: npm run compat -- --base ${commit.slice(0, 8)} --json > ${file}`;
  if (!existsSync(file)) throw new Problem(`There is no file ${file}.`, remedy);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Problem(`${file} is not JSON.`, remedy);
  }
  const { data } = schema.safeParse(json);
  if (!data) throw new Problem(`${file} is not what npm run compat writes.`, remedy);
  if (data.base.commit !== commit)
    throw new Problem(`${file} is about the base ${data.base.commit.slice(0, 8)}.`, remedy);
  return data;
}
