/** Amounts that Stripe accepts, in minor units. https://docs.stripe.com/currencies */
import { invalidParameter } from './protocol';

/** Presentment currencies. */
const CURRENCIES = new Set(
  (
    'usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp ' +
    'cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr ' +
    'isk jmd jpy kes kgs khr kmf krw kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn ' +
    'nad ngn nio nok npr nzd pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std ' +
    'szl thb tjs top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw ' +
    'bhd jod kwd omr tnd'
  ).split(' '),
);

/** The smallest charge for each settlement currency. https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const MINIMUM: Record<string, number> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
};

/** Approximate rates of one dollar: of the currencies with a minimum, and of some with a low value. */
const PER_DOLLAR: Record<string, number> = {
  usd: 1,
  aed: 3.67,
  aud: 1.53,
  bgn: 1.68,
  brl: 5.38,
  cad: 1.4,
  chf: 0.8,
  clp: 935,
  cop: 3780,
  czk: 20.9,
  dkk: 6.44,
  eur: 0.86,
  gbp: 0.76,
  hkd: 7.78,
  huf: 329,
  idr: 16700,
  inr: 89.2,
  jpy: 156,
  krw: 1470,
  mxn: 18.4,
  myr: 4.13,
  nok: 10.2,
  nzd: 1.78,
  php: 58.9,
  pln: 3.66,
  ron: 4.39,
  sek: 9.52,
  sgd: 1.3,
  thb: 32.3,
  try: 42.4,
  twd: 31.4,
  vnd: 26300,
};

const WITHOUT_MINOR_UNIT = new Set(['clp', 'jpy', 'krw', 'vnd']);

const MAXIMUM = 99_999_999;

export function checkCurrency(currency: string): string {
  const code = currency.toLowerCase();
  if (!CURRENCIES.has(code)) throw invalidParameter('currency', `Invalid currency: ${currency}`);
  return code;
}

/** Stripe converts the amount to the settlement currency and compares it with the minimum of that currency. */
export function checkAmount(amount: number, currency: string, settlementCurrency: string): number {
  if (amount < 1) {
    throw invalidParameter(
      'amount',
      'This value must be greater than or equal to 1.',
      'parameter_invalid_integer',
    );
  }
  const minimum = MINIMUM[settlementCurrency] ?? 1;
  const settled = convert(amount, currency, settlementCurrency);
  if (settled !== undefined && settled < minimum) {
    const least = inWords(minimum, settlementCurrency);
    const message =
      currency === settlementCurrency
        ? `Amount must be at least ${least} ${currency}`
        : `Amount must convert to at least ${least}. ${inWords(amount, currency)} converts to approximately ` +
          `${inWords(settled, settlementCurrency)}.`;
    throw invalidParameter('amount', message, 'amount_too_small');
  }
  if (amount > MAXIMUM) {
    throw invalidParameter(
      'amount',
      `Amount must be no more than ${inWords(MAXIMUM, currency)} ${currency}`,
      'amount_too_large',
    );
  }
  return amount;
}

/** In minor units of `to`; undefined when one of the rates is not listed above. */
function convert(amount: number, from: string, to: string): number | undefined {
  if (from === to) return amount;
  const [sold, bought] = [PER_DOLLAR[from], PER_DOLLAR[to]];
  if (sold === undefined || bought === undefined) return undefined;
  return Math.round((amount / unit(from) / sold) * bought * unit(to));
}

const unit = (currency: string) => (WITHOUT_MINOR_UNIT.has(currency) ? 1 : 100);

const inWords = (amount: number, currency: string) =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(
    amount / unit(currency),
  );
