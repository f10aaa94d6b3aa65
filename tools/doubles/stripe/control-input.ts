/**
 * Checks the JSON of requests that control the double. Without the check a fault with a misspelt field would have no
 * effect, and the test that set it would pass.
 */
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

const key = z.strictObject({
  secretKey: z.string().check(z.regex(/^[rs]k_test_\w+$/, 'must be a test key')),
});

const authentication = z.strictObject({ paymentIntent: z.string(), succeeds: z.boolean() });

/** The faults in a request body, or a message that says what is wrong with it. */
export function readFaults(body: string): Fault[] | string {
  const json = parse(body);
  return read(z.array(fault), json === undefined ? undefined : [json].flat());
}

/** An intent and the result of its bank's challenge, or a message that says what is wrong with the body. */
export const readAuthentication = (body: string): z.infer<typeof authentication> | string =>
  read(authentication, parse(body));

/** A key, or a message that says what is wrong with the body. */
export const readKey = (body: string): z.infer<typeof key> | string => read(key, parse(body));

function read<Value>(schema: z.ZodMiniType<Value>, json: unknown): Value | string {
  if (json === undefined) return 'The body is no JSON';
  const result = schema.safeParse(json);
  return result.success ? result.data : z.prettifyError(result.error);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
