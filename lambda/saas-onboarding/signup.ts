/** Validates signups. Independent of Lambda and executions. */
import * as z from 'zod/mini';
import type { Problem, SignupInput } from '../../contracts/types';
import { email, id, oneOf, record, shownName, toProblems } from '../shared/problems';
import { isDisposable } from './disposable-domains';

const address = email.check(
  z.refine((address) => !isDisposable(address), { error: 'must not be a disposable address' }),
);

const signup = record({
  userId: id,
  email: address,
  company: shownName(100),
  plan: oneOf(['free', 'pro', 'enterprise']),
}) satisfies z.ZodMiniType<SignupInput>;

/** Returns what is wrong with an address that is to replace a customer's: nothing, or "must be …". */
export const addressProblems = (text: string): string[] =>
  (address.safeParse(text).error?.issues ?? []).map(({ message }) => message);

/** Returns the checked signup, or all of its problems. `input` may be any JSON value. */
export function checkSignup(input: unknown): { signup: SignupInput } | { problems: Problem[] } {
  const parsed = z.safeParse(signup, input);
  return parsed.success ? { signup: parsed.data } : { problems: toProblems(parsed.error) };
}
