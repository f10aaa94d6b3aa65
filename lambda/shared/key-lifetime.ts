/** Milliseconds after which a function uses a rotated key of Stripe; at once when Stripe refuses the old one. */
export const KEY_LIFETIME_MS = 5 * 60_000;
