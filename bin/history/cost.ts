// What an execution's transitions cost. All other prices stand in tools/cost; this one the page of executions shows, too.

/** Dollars of one billed transition of a Standard workflow, in us-east-1. tools/cost/prices.ts has its source and day. */
export const TRANSITION_DOLLARS = 25e-6;

/** `$0.00035`: as many decimals as it has, two at least. */
export function costOf(transitions: number): string {
  const [whole, decimals = ''] = (transitions * TRANSITION_DOLLARS).toFixed(6).split('.');
  return `$${whole}.${decimals.replace(/0{1,4}$/, '')}`;
}
