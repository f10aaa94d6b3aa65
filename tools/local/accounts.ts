/** The key that the local cloud's Stripe double takes. */
export const stripeKey = 'sk_test_local_cloud';
