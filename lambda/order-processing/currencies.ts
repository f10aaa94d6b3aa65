/**
 * The currencies of orders, with the smallest amount that Stripe charges in each, in minor units (the yen has none
 * smaller than itself). https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
 *
 * Only currencies with a published minimum are here, so that Stripe does not refuse an order that was accepted.
 */
export const MINIMUM_AMOUNT = {
  aed: 200,
  aud: 50,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 15_00,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 175_00,
  inr: 50,
  jpy: 50,
  mxn: 10_00,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 10_00,
  usd: 50,
} as const;

export type Currency = keyof typeof MINIMUM_AMOUNT;

/** Stripe's limit of eight digits, which holds for each of these currencies. */
export const MAX_AMOUNT = 99_999_999;

/** Whether `code`, in lower case, is a currency of orders. */
export const isCurrency = (code: string): code is Currency => Object.hasOwn(MINIMUM_AMOUNT, code);
