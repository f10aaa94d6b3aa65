/** Describes the problems of an input by their paths, within a size that an execution can carry. */
import * as z from 'zod/mini';
import type { Problem } from '../../contracts/types';

const MAX_PROBLEMS = 50;

/** Largest size of the report as JSON. */
const MAX_BYTES = 7_500;

const MAX_KEY_LENGTH = 40;

/** Reads a field of an input that may be anything. */
export const field = (input: unknown, name: string): unknown =>
  typeof input === 'object' && input !== null ? Reflect.get(input, name) : undefined;

/** Turns Zod's issues into problems. Each unknown field is a problem of its own. */
export function toProblems(error: z.core.$ZodError): Problem[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: toPath([...issue.path, key]), message: 'is not a known field' }))
      : [{ path: toPath(issue.path), message: issue.message }],
  );
}

/** Returns the first problems, at most 50 and under 8 KB of JSON, and the number of the others. */
export function toReport(problems: Problem[]): { problems: Problem[]; more: number } {
  const listed: Problem[] = [];
  let bytes = 0;
  for (const problem of problems.slice(0, MAX_PROBLEMS)) {
    bytes += Buffer.byteLength(JSON.stringify(problem)) + 1;
    if (bytes > MAX_BYTES) break;
    listed.push(problem);
  }
  return { problems: listed, more: problems.length - listed.length };
}

/** Writes `['items', 3, 'quantity']` as `items[3].quantity`. Odd keys of the input are quoted, long ones cut. */
function toPath(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    const name = String(key);
    if (!/^[A-Za-z_$][\w$]{0,39}$/.test(name)) {
      return `${path}[${JSON.stringify(name.length > MAX_KEY_LENGTH ? `${name.slice(0, MAX_KEY_LENGTH)}…` : name)}]`;
    }
    return path ? `${path}.${name}` : name;
  }, '');
}

const missingOr = (message: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? 'is missing' : message),
});

/** Text in any script, of 1 to `max` characters, not all of them blank, without control characters. */
export const text = (max: number) =>
  z
    .string(missingOr('must be text'))
    .check(
      z.regex(/\S/, { error: 'must not be empty', abort: true }),
      z.maxLength(max, `must have at most ${max} characters`),
      z.regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters or broken Unicode'),
    );

/** What mail and chat programs make a link of, or people type: a scheme, `//`, `www.`, a host with a path or a port. */
const LINK =
  /\b(?:h(?:tt|xx)ps?|ftp|mailto|tel|sms):|[/\\]{2}|\bwww\.|@|\[\.\]|\(\.\)|[\p{L}\p{M}\p{N}-]\.[\p{L}\p{M}][\p{L}\p{M}\p{N}-]+(?:[/\\]|:\d|[?#]\S)|\b\d{1,3}(?:\.\d{1,3}){3}\b/iu;

/** Characters that are not seen, or that turn or hide what stands beside them. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Zl}\p{Zp}\u2800]/gu;

/** The joiners that some scripts and emoji need, behind a letter or a picture of such. */
const JOINED = /(?<=[^\p{ASCII}\p{Script=Latin}\p{Z}\u2800])(?:\u200C|\u200D|\uFE0F)/gu;

/** As it is read: fullwidth letters and signs, and the dots of other scripts, count as ASCII's. */
const asRead = (value: string) => value.replace(INVISIBLE, '').normalize('NFKC').replaceAll('\u3002', '.');

/** A name that appears in messages to others, beside links and commands. It must hold no link of its own. */
export const shownName = (max: number) =>
  text(max).check(
    z.refine((value) => !LINK.test(asRead(value)), 'must not hold a link or an address'),
    z.refine(
      (value) => value.replace(JOINED, '').search(INVISIBLE) < 0,
      'must not hold invisible or direction marks',
    ),
  );

/** Text that matches a pattern. `form` completes the message "must be …". */
export const formatted = (pattern: RegExp, form: string) =>
  z.string(missingOr(`must be ${form}`)).check(z.regex(pattern, { error: `must be ${form}`, abort: true }));

/** One of these words, in exactly this spelling. */
export const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, missingOr(`must be one of ${words.join(', ')}`));

/** An integer from `min` to `max`. */
export const whole = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  const isWhole = (value: number) => Number.isInteger(value) && value >= min && value <= max;
  return z.number(missingOr(message)).check(z.refine(isWhole, message));
};

/** An object with exactly these fields. */
export const record = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, missingOr('must be an object'));

/** An id, which becomes part of an execution's name. */
export const id = formatted(/^[A-Za-z0-9-]{1,60}$/, '1 to 60 letters, digits or hyphens');

/** RFC 5321's dot-atom: a local part that needs no quotes. A display name or a comment does not match. */
const LOCAL_PART = /(?=.{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*/;

/** Labels of up to 63 letters, digits and inner hyphens. The last label is not a number. */
const HOST_NAME = /(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])/;

/** An address that Stripe and SES accept: at most 254 characters, in ASCII, because SES does not support SMTPUTF8. */
export const email = z.string(missingOr('must be an e-mail address')).check(
  z.regex(/^\p{ASCII}*$/u, {
    error: 'must be in ASCII; write an international domain in its xn-- form',
    abort: true,
  }),
  z.regex(new RegExp(`^(?=.{3,254}$)${LOCAL_PART.source}@${HOST_NAME.source}$`, 'i'), {
    error: 'must be an e-mail address',
    abort: true,
  }),
);

/** A field that must not be there. */
export const absent = (message = 'must be absent') => z.optional(z.undefined(message));

export const list = <Item extends z.core.$ZodType>(item: Item) => z.array(item, missingOr('must be a list'));
