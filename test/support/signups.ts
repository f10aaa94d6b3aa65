/** Signups for tests: valid unless a test says otherwise. */
import type { SignupInput } from '../../contracts/types';

export const signupInput = (overrides: Partial<SignupInput> = {}): SignupInput => ({
  userId: 'U-42',
  email: 'grace@example.com',
  company: 'Hopper & Co',
  plan: 'pro',
  ...overrides,
});
