import type Stripe from 'stripe';
import { errorOf, order, startStripe } from './support';

type Listing = Stripe.ApiListPromise<{ id: string }>;

/** Each list, with a function that creates one object, a second after the last. */
const lists: [
  name: string,
  make: (stripe: Stripe) => Promise<{ id: string }>,
  list: (stripe: Stripe, params: Stripe.CustomerListParams) => Listing,
][] = [
  ['customers', (stripe) => stripe.customers.create({}), (stripe, params) => stripe.customers.list(params)],
  [
    'payment intents',
    (stripe) => stripe.paymentIntents.create(order()),
    (stripe, params) => stripe.paymentIntents.list(params),
  ],
  [
    'refunds',
    async (stripe) => {
      const { id } = await stripe.paymentIntents.create({
        ...order(),
        capture_method: 'automatic',
        confirm: true,
      });
      return stripe.refunds.create({ payment_intent: id });
    },
    (stripe, params) => stripe.refunds.list(params),
  ],
];

describe.each(lists)('a list of %s', (_, make, list) => {
  async function withSeven() {
    const { stripe, pass } = startStripe();
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) {
      ids.unshift((await make(stripe)).id);
      pass(1);
    }
    const start = Date.UTC(2026, 0, 1) / 1000;
    const idsOf = async (params: Stripe.CustomerListParams) =>
      (await list(stripe, params)).data.map(({ id }) => id);
    return { stripe, ids, start, idsOf };
  }

  test('comes in pages, newest first, and says whether there are more', async () => {
    const { stripe, ids } = await withSeven();
    const first = await list(stripe, { limit: 5 });
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 5));
    expect(first.has_more).toBe(true);
    const second = await list(stripe, { limit: 5, starting_after: ids[4] ?? '' });
    expect(second.data.map(({ id }) => id)).toEqual(ids.slice(5));
    expect(second.has_more).toBe(false);
  });

  test('can be filtered by creation time', async () => {
    const { ids, start, idsOf } = await withSeven();
    expect(await idsOf({ created: { gte: start + 4 } })).toEqual(ids.slice(0, 3));
    expect(await idsOf({ created: { gt: start + 4 } })).toEqual(ids.slice(0, 2));
    expect(await idsOf({ created: { gte: start + 1, lt: start + 3 } })).toEqual([ids[4], ids[5]]);
    expect(await idsOf({ created: { lte: start } })).toEqual([ids[6]]);
    expect(await idsOf({ created: start + 6 })).toEqual([ids[0]]);
  });

  test('refuses a limit above 100, an unknown cursor and unknown parameters', async () => {
    const { stripe } = await withSeven();
    expect(await errorOf(list(stripe, { limit: 101 }))).toMatchObject({ param: 'limit' });
    expect(await errorOf(list(stripe, { limit: 0 }))).toMatchObject({ param: 'limit' });
    expect(await errorOf(list(stripe, { starting_after: 'x_none' }))).toMatchObject({
      statusCode: 404,
      param: 'starting_after',
    });
    expect(await errorOf(list(stripe, { ending_before: 'x' }))).toMatchObject({ code: 'parameter_unknown' });
  });
});

test('payment intents can be listed by customer', async () => {
  const { stripe } = startStripe();
  const { id: customer } = await stripe.customers.create({});
  const { id } = await stripe.paymentIntents.create({ ...order(), customer });
  await stripe.paymentIntents.create(order());
  expect((await stripe.paymentIntents.list({ customer })).data.map((intent) => intent.id)).toEqual([id]);
});
