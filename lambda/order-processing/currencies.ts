/**
 * The currencies of orders, and how much may be charged in each, in minor units (the yen has none smaller than itself).
 * Stripe's minimum is that of the currency which the account is paid out in, after conversion:
 * https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
 */

/** Stripe's minimum by settlement currency. Only currencies that have one are currencies of orders. */
const SETTLED_MINIMUM = {
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

export type Currency = keyof typeof SETTLED_MINIMUM;

/** Stripe's limit of eight digits, which holds for each of these currencies. */
export const MAX_AMOUNT = 99_999_999;

/** Whether `code`, in lower case, is a currency of orders. */
export const isCurrency = (code: string): code is Currency => Object.hasOwn(SETTLED_MINIMUM, code);

/** @throws unless the code is one of theirs */
export function currencyNamed(code: string): Currency {
  if (isCurrency(code)) return code;
  throw new Error(
    `"${code}" is no currency of orders. Use one of ${Object.keys(SETTLED_MINIMUM).join(', ')}.`,
  );
}

/** What a dollar was worth in November 2025. The margin below is for what has changed since. */
const PER_DOLLAR: Record<Currency, number> = {
  aed: 3.67,
  aud: 1.54,
  brl: 5.35,
  cad: 1.41,
  chf: 0.81,
  czk: 21,
  dkk: 6.46,
  eur: 0.865,
  gbp: 0.76,
  hkd: 7.78,
  huf: 332,
  inr: 89,
  jpy: 156,
  mxn: 18.4,
  myr: 4.14,
  nok: 10.2,
  nzd: 1.77,
  pln: 3.67,
  ron: 4.4,
  sek: 9.5,
  sgd: 1.3,
  thb: 32.4,
  usd: 1,
};

/** Rates may move by a fifth before Stripe refuses an order that was accepted: which is then a decline. */
const MARGIN = 1.25;

/** The smallest amount of an order in `currency`, for an account that is paid out in `settlement`. */
export function minimumAmount(currency: Currency, settlement: Currency): number {
  const own = SETTLED_MINIMUM[currency];
  if (currency === settlement) return own;
  const dollars = SETTLED_MINIMUM[settlement] / minorUnits(settlement) / PER_DOLLAR[settlement];
  const converted = dollars * PER_DOLLAR[currency] * minorUnits(currency) * MARGIN;
  return Math.max(own, toTwoDigits(converted));
}

const minorUnits = (currency: Currency) => (currency === 'jpy' ? 1 : 100);

/** Rounds up: 5,563 to 5,600. */
function toTwoDigits(amount: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(amount)) - 1);
  return Math.ceil(amount / unit) * unit;
}
