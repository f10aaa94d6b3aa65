/** All scenarios. A workflow's are in by a line here. */
import { importScenarios } from './imports';
import { signupScenarios } from './onboarding';
import { orderScenarios } from './orders';
import { reconciliationScenarios } from './reconciliation';
import type { Scenario } from './site';

export const scenarios = (): Scenario[] => [
  ...orderScenarios(),
  ...signupScenarios(),
  ...importScenarios(),
  ...reconciliationScenarios(),
];
