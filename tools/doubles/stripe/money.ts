/** Amounts that Stripe takes, in minor units. https://docs.stripe.com/currencies */
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

/** The smallest charge for each settlement currency. */
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

const MAXIMUM = 99_999_999;

export function checkCurrency(currency: string): string {
  const code = currency.toLowerCase();
  if (!CURRENCIES.has(code)) throw invalidParameter('currency', `Invalid currency: ${currency}`);
  return code;
}

export function checkAmount(amount: number, currency: string): number {
  if (amount < 1) {
    throw invalidParameter(
      'amount',
      'This value must be greater than or equal to 1.',
      'parameter_invalid_integer',
    );
  }
  const minimum = MINIMUM[currency] ?? 1;
  if (amount < minimum) {
    throw invalidParameter(
      'amount',
      `Amount must be at least ${minimum} in ${currency}'s minor unit`,
      'amount_too_small',
    );
  }
  if (amount > MAXIMUM) {
    throw invalidParameter(
      'amount',
      `Amount must be no more than ${MAXIMUM} in ${currency}'s minor unit`,
      'amount_too_large',
    );
  }
  return amount;
}
