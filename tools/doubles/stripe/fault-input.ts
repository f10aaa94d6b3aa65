/** Faults as JSON, checked: one with a misspelt field would break nothing, and the test that set it would pass. */
import * as z from 'zod/mini';
import { FAULT_KINDS, type Fault } from './faults';

const count = (least: number) => z.int().check(z.minimum(least));

const fault = z.strictObject({
  on: z.string().check(z.regex(/^(\*|[A-Z]+) \/\S*$/, 'must be "METHOD /path"')),
  kind: z.enum(FAULT_KINDS),
  contains: z.exactOptional(z.string()),
  skip: z.exactOptional(count(0)),
  times: z.exactOptional(z.union([count(1), z.literal('always')])),
  afterWork: z.exactOptional(z.boolean()),
  kept: z.exactOptional(z.boolean()),
  seconds: z.exactOptional(z.number().check(z.positive())),
});

/** The faults of a request body, or what is wrong with it. */
export function readFaults(body: string): Fault[] | string {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return 'The body is no JSON';
  }
  const result = z.array(fault).safeParse([json].flat());
  return result.success ? result.data : z.prettifyError(result.error);
}
