/**
 * The version of Stripe's API that functions and HTTP Tasks ask for: that of the `stripe` package, so that the compiler
 * refuses another. Without it the account's own version decides, which anybody can change in the dashboard.
 */
export const STRIPE_VERSION = '2026-10-28.endive';
