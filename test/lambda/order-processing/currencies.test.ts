import Stripe from 'stripe';
import {
  type Currency,
  currencyNamed,
  isCurrency,
  minimumAmount,
} from '../../../lambda/order-processing/currencies';
import { checkOrder } from '../../../lambda/order-processing/order';
import { createStripeDouble } from '../../../tools/doubles/stripe';
import { orderInput } from '../../../tools/world/orders';

const currencies =
  'aed aud brl cad chf czk dkk eur gbp hkd huf inr jpy mxn myr nok nzd pln ron sek sgd thb usd'.split(' ');

describe.each(currencies)('for an account that is paid out in %s', (code) => {
  const settlementCurrency = currencyNamed(code);
  const double = createStripeDouble({ settlementCurrency });
  const stripe = new Stripe(double.secretKey, {
    httpClient: double.httpClient(),
    maxNetworkRetries: 0,
    telemetry: false,
  });

  test('Stripe takes the smallest order in every currency, also when the rate has moved by a tenth', async () => {
    for (const currency of currencies.map(currencyNamed)) {
      const minimum = minimumAmount(currency, settlementCurrency);
      const amount = currency === settlementCurrency ? minimum : Math.ceil(minimum * 0.9);
      await expect(stripe.paymentIntents.create({ amount, currency })).resolves.toMatchObject({ amount });
    }
  });
});

const orderOf = (currency: string, unitPrice: number) =>
  orderInput({ currency, items: [{ sku: 'MUG', quantity: 1, unitPrice }] });

test.each<[string, number, Currency]>([
  ['inr', 50, 'usd'],
  ['jpy', 50, 'usd'],
  ['brl', 50, 'usd'],
  ['usd', 50, 'czk'],
  ['gbp', 29, 'gbp'],
])(
  'an order of %s %d is refused where the account is paid out in %s',
  (currency, price, settlementCurrency) => {
    expect(checkOrder(orderOf(currency, price), { settlementCurrency })).toEqual({
      problems: [
        {
          path: 'items',
          message: expect.stringMatching(/^add up to \d+, but a charge in .* is from \d+ to/),
        },
      ],
    });
  },
);

test.each<[string, number, Currency]>([
  ['inr', 50, 'inr'],
  ['jpy', 50, 'jpy'],
  ['usd', 50, 'usd'],
  ['eur', 60, 'usd'],
])(
  'an order of %s %d is accepted where the account is paid out in %s',
  (currency, price, settlementCurrency) => {
    expect(checkOrder(orderOf(currency, price), { settlementCurrency })).toHaveProperty('order');
  },
);

test('a minimum is a number that people can read', () => {
  expect(minimumAmount('inr', 'usd')).toBe(5600);
  expect(minimumAmount('jpy', 'usd')).toBe(98);
  expect(minimumAmount('usd', 'usd')).toBe(50);
});

test('a currency without a minimum is refused, and the message lists the accepted ones', () => {
  expect(isCurrency('isk')).toBe(false);
  expect(() => currencyNamed('USD')).toThrow('"USD" is no currency of orders. Use one of aed, aud');
});
