import fc from 'fast-check';
import { createValidateOrder } from '../../../lambda/order-processing/validate-order.lambda';
import { ValidationError } from '../../../lambda/shared/errors';
import { orderInput, RULES } from '../../../tools/world/orders';

const EXECUTION = 'order-A-1001';
const validate = createValidateOrder({ rules: RULES, priceList: async () => new Map() });
const { shippingAddress } = orderInput();

async function rejection(order: unknown, execution = EXECUTION) {
  const error = await validate({ order, execution }).catch((reason: unknown) => reason);
  if (!(error instanceof ValidationError)) throw error;
  const report = JSON.parse(error.message) as {
    orderId: string | null;
    problems: { path: string; message: string }[];
    more: number;
  };
  const cause = JSON.stringify({ errorMessage: error.message, trace: error.stack?.split('\n') });
  return {
    ...report,
    bytes: Buffer.byteLength(error.message),
    causeBytes: Buffer.byteLength(cause),
    paths: report.problems.map(({ path }) => path),
  };
}

const line = (overrides: object = {}) => ({ sku: 'MUG', quantity: 1, unitPrice: 1250, ...overrides });
const lines = (count: number) => Array.from({ length: count }, (_, index) => line({ sku: `SKU-${index}` }));

test('a valid order is normalised, with the amount to charge', async () => {
  expect(await validate({ order: orderInput({ currency: 'USD' }), execution: EXECUTION })).toEqual({
    ...orderInput(),
    currency: 'usd',
    amount: 3399,
  });
});

test('lines of the same SKU become one', async () => {
  const items = [line({ quantity: 2 }), line({ sku: 'TEA' }), line({ quantity: 3 })];
  const { items: merged, amount } = await validate({ order: orderInput({ items }), execution: EXECUTION });
  expect(merged).toEqual([line({ quantity: 5 }), line({ sku: 'TEA' })]);
  expect(amount).toBe(6 * 1250);
});

describe("a price is the shop's, not the caller's", () => {
  const priced = createValidateOrder({
    rules: RULES,
    priceList: async (skus) => {
      expect(skus).toEqual(['MUG', 'TEA']);
      return new Map([['MUG', { usd: 1250, eur: 1190 }]]);
    },
  });
  const order = (unitPrice = 1250, currency = 'usd') =>
    orderInput({ currency, items: [line({ unitPrice }), line({ sku: 'TEA', unitPrice: 100 })] });
  const messages = async (input: object) => {
    const error: unknown = await priced({ order: input, execution: EXECUTION }).catch((reason) => reason);
    if (!(error instanceof ValidationError)) throw error;
    return JSON.parse(error.message).problems;
  };

  test('its own price is charged', async () => {
    expect(await priced({ order: order(), execution: EXECUTION })).toMatchObject({ amount: 1350 });
  });

  test.each([
    ['another price', order(1), 'MUG costs 1250 in usd, and the order says 1'],
    ['a price of another currency', order(1250, 'EUR'), 'MUG costs 1190 in eur, and the order says 1250'],
    ['a currency without a price', order(1250, 'gbp'), 'MUG is not sold in gbp'],
  ])('%s is refused', async (_, input, message) => {
    expect(await messages(input)).toEqual([{ path: 'items', message }]);
  });
});

test("an order is refused under another's name", async () => {
  await validate({ order: orderInput(), execution: `${EXECUTION}_2` });
  expect(await rejection(orderInput(), 'order-A-1002')).toMatchObject({ paths: ['orderId'] });
});

describe('refuses, by path,', () => {
  test.each<[string, unknown, string[]]>([
    ['nothing at all', null, ['']],
    ['a string', 'order', ['']],
    ['a number', 7, ['']],
    ['a list', [orderInput()], ['']],
    [
      'an empty object',
      {},
      ['orderId', 'customerId', 'email', 'currency', 'items', 'paymentMethodId', 'shippingAddress'],
    ],
    ['an unknown field', { ...orderInput(), discount: 5 }, ['discount']],
    ['an unknown field of a line', orderInput({ items: [line({ colour: 'red' })] }), ['items[0].colour']],
    ['an odd field name', { ...orderInput(), 'a b': 1 }, ['["a b"]']],
    [
      'the prototype as a field',
      JSON.parse(`{"__proto__":{"a":1},"constructor":2,${body()}}`),
      ['__proto__', 'constructor'],
    ],
    [
      'the prototype in a line',
      orderInput({ items: [JSON.parse('{"__proto__":[],"sku":"A","quantity":1,"unitPrice":99}')] }),
      ['items[0].__proto__'],
    ],
    ['an order id with a space', orderInput({ orderId: 'A 1001' }), ['orderId']],
    ['an order id too long', orderInput({ orderId: 'A'.repeat(61) }), ['orderId']],
    ['an order id in other letters', orderInput({ orderId: 'Ä-1' }), ['orderId']],
    ['a numeric customer id', { ...orderInput(), customerId: 7 }, ['customerId']],
    ['an e-mail without @', orderInput({ email: 'ada.example.com' }), ['email']],
    ['an e-mail with two @', orderInput({ email: 'ada@b@example.com' }), ['email']],
    ['an e-mail without a dot in its domain', orderInput({ email: 'ada@localhost' }), ['email']],
    ['an e-mail with a line break', orderInput({ email: 'ada@example.com\nBcc: x@y.z' }), ['email']],
    ['an e-mail too long', orderInput({ email: `ada@${'a'.repeat(250)}.com` }), ['email']],
    ['an unknown currency', orderInput({ currency: 'xyz' }), ['currency']],
    ['a currency that is a property of every object', orderInput({ currency: 'constructor' }), ['currency']],
    [
      'a currency that does not turn into text',
      { ...orderInput(), currency: { toString: 1, valueOf: 1 } },
      ['currency'],
    ],
    ['no lines', orderInput({ items: [] }), ['items']],
    ['51 lines', orderInput({ items: lines(51) }), ['items']],
    ['51 lines of one SKU', orderInput({ items: Array.from({ length: 51 }, () => line()) }), ['items']],
    ['items that are an object', { ...orderInput(), items: { 0: line() } }, ['items']],
    ['a line that is null', { ...orderInput(), items: [null] }, ['items[0]']],
    [
      'a line without fields',
      { ...orderInput(), items: [{}] },
      ['items[0].sku', 'items[0].quantity', 'items[0].unitPrice'],
    ],
    ['quantity 0', orderInput({ items: [line({ quantity: 0 })] }), ['items[0].quantity']],
    [
      'a negative quantity',
      orderInput({ items: [line(), line({ sku: 'B', quantity: -1 })] }),
      ['items[1].quantity'],
    ],
    ['half a piece', orderInput({ items: [line({ quantity: 1.5 })] }), ['items[0].quantity']],
    ['a huge quantity', orderInput({ items: [line({ quantity: 1e300 })] }), ['items[0].quantity']],
    ['a quantity as text', orderInput({ items: [line({ quantity: '2' })] }), ['items[0].quantity']],
    ['NaN as text', orderInput({ items: [line({ quantity: 'NaN' })] }), ['items[0].quantity']],
    ['Infinity as text', orderInput({ items: [line({ unitPrice: 'Infinity' })] }), ['items[0].unitPrice']],
    ['a negative price', orderInput({ items: [line({ unitPrice: -5 })] }), ['items[0].unitPrice']],
    [
      'a price above Stripe’s maximum',
      orderInput({ items: [line({ unitPrice: 100_000_000 })] }),
      ['items[0].unitPrice'],
    ],
    [
      'a sum above Stripe’s maximum',
      orderInput({ items: [line({ quantity: 2, unitPrice: 50_000_000 })] }),
      ['items'],
    ],
    ['a sum below Stripe’s minimum', orderInput({ items: [line({ unitPrice: 49 })] }), ['items']],
    ['a sum of nothing', orderInput({ items: [line({ unitPrice: 0 })] }), ['items']],
    [
      'one SKU at two prices',
      orderInput({ items: [line(), line({ unitPrice: 1 })] }),
      ['items[1].unitPrice'],
    ],
    [
      'too many of one SKU in two lines',
      orderInput({ items: [line({ quantity: 9_999, unitPrice: 1 }), line({ quantity: 2, unitPrice: 1 })] }),
      ['items[1].quantity'],
    ],
    ['a SKU with a space', orderInput({ items: [line({ sku: 'BIG MUG' })] }), ['items[0].sku']],
    [
      'a card number as the payment method',
      orderInput({ paymentMethodId: '4242424242424242' }),
      ['paymentMethodId'],
    ],
    ['an address that is text', { ...orderInput(), shippingAddress: 'London' }, ['shippingAddress']],
    [
      'a blank name',
      orderInput({ shippingAddress: { ...shippingAddress, name: ' \t ' } }),
      ['shippingAddress.name'],
    ],
    [
      'a line1 too long',
      orderInput({ shippingAddress: { ...shippingAddress, line1: 'x'.repeat(201) } }),
      ['shippingAddress.line1'],
    ],
    [
      'a null line2',
      { ...orderInput(), shippingAddress: { ...shippingAddress, line2: null } },
      ['shippingAddress.line2'],
    ],
    [
      'half a character',
      orderInput({ shippingAddress: { ...shippingAddress, city: '\ud83c' } }),
      ['shippingAddress.city'],
    ],
    [
      'a country by name',
      orderInput({ shippingAddress: { ...shippingAddress, country: 'England' } }),
      ['shippingAddress.country'],
    ],
  ])('%s', async (_case, order, paths) => {
    expect((await rejection(order)).paths).toEqual(paths);
  });
});

describe('an order is paid in exactly one way', () => {
  const { paymentMethodId: _, ...unpaid } = orderInput();
  const method = { paymentMethodId: 'pm_1Ada' };
  const intent = { paymentIntentId: 'pi_3Ada' };
  const customer = { stripeCustomerId: 'cus_Ada' };

  test.each<[string, object]>([
    ['a card', method],
    ['a saved card', { ...method, ...customer }],
    ['a confirmed payment', intent],
  ])('with %s', async (_case, payment) => {
    const order = { ...unpaid, ...payment };
    expect(await validate({ order, execution: EXECUTION })).toEqual({ ...order, amount: 3399 });
  });

  test.each<[string, object, string[]]>([
    ['none', {}, ['paymentMethodId']],
    ['a card and a confirmed payment', { ...method, ...intent }, ['paymentMethodId']],
    ['a customer without a card', customer, ['paymentMethodId']],
    ['a customer and a confirmed payment', { ...customer, ...intent }, ['stripeCustomerId']],
    ['all at once', { ...method, ...customer, ...intent }, ['paymentMethodId', 'stripeCustomerId']],
    ['a client secret', { paymentIntentId: 'pi_3Ada_secret_1' }, ['paymentIntentId']],
    ['a payment that is null', { paymentIntentId: null }, ['paymentIntentId']],
    ['a card for a payment', { paymentIntentId: 'pm_1Ada' }, ['paymentIntentId']],
    ['a card that is null', { paymentMethodId: null }, ['paymentMethodId']],
    ['a customer who is none', { ...method, stripeCustomerId: 'C-7' }, ['stripeCustomerId']],
    ['a customer that is null', { ...method, stripeCustomerId: null }, ['stripeCustomerId']],
  ])('not with %s', async (_case, payment, paths) => {
    expect((await rejection({ ...unpaid, ...payment })).paths).toEqual(paths);
  });
});

test('all problems are reported at once: of fields, between lines, and of the name', async () => {
  const order = orderInput({ email: 'ada', items: [line(), line({ unitPrice: 1 }), line({ quantity: 0 })] });
  const { orderId, paths } = await rejection(order, 'order-B');
  expect(paths).toEqual(['items[1].unitPrice', 'email', 'items[2].quantity', 'orderId']);
  expect(orderId).toBe('A-1001');
});

test('the total is checked together with the other fields', async () => {
  const order = orderInput({ email: 'ada', currency: 'JPY', items: [line({ unitPrice: 49 })] });
  expect((await rejection(order)).paths).toEqual(['items', 'email']);
});

test('an order without lines gets only that problem', async () => {
  const { problems } = await rejection(orderInput({ items: [] }));
  expect(problems).toEqual([{ path: 'items', message: 'must be 1 to 50 lines, not 0' }]);
});

test('missing and wrong values have different messages; without an order id it is null', async () => {
  const { orderId, problems } = await rejection({ ...orderInput(), orderId: undefined, email: 7 });
  expect(orderId).toBeNull();
  expect(problems).toEqual([
    { path: 'orderId', message: 'is missing' },
    { path: 'email', message: 'must be an e-mail address' },
  ]);
});

test('text may be of any script', async () => {
  const address = {
    ...shippingAddress,
    name: '山田 太郎',
    line1: 'ул. Ленина 5',
    city: 'Åre 🏔️',
    line2: 'خيابان',
  };
  const { shippingAddress: out } = await validate({
    order: orderInput({ shippingAddress: address }),
    execution: EXECUTION,
  });
  expect(out).toEqual(address);
});

test('of thousands of problems the first 50 are listed and the rest counted', async () => {
  const items = Array.from({ length: 4_000 }, () => ({ sku: '', quantity: 0, unitPrice: -1 }));
  const { problems, more, bytes, paths } = await rejection({ ...orderInput(), items });
  expect(JSON.stringify(items).length).toBeGreaterThan(150_000);
  expect(problems).toHaveLength(50);
  expect(more).toBe(12_000 + 1 - 50);
  expect(bytes).toBeLessThan(8_192);
  expect(paths[0]).toBe('items');
});

test('the report stays under 8 KB whatever the field names are', async () => {
  const unknown = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`${index}🏔️${'\\'.repeat(500)}`, 1]),
  );
  const { bytes, causeBytes, problems, more } = await rejection({
    ...orderInput(),
    shippingAddress: { ...shippingAddress, ...unknown },
  });
  expect(bytes).toBeLessThan(8_192);
  expect(causeBytes).toBeLessThan(32_768);
  expect(problems.length + more).toBe(60);
});

test('any JSON value is a valid order or a ValidationError under 8 KB, never another error', async () => {
  const nearlyAnOrder = fc
    .tuple(
      fc.dictionary(fc.constantFrom(...Object.keys(orderInput()), '__proto__'), fc.jsonValue()),
      fc.array(fc.jsonValue()),
    )
    .map(([overrides, items]) => ({ ...orderInput(), items, ...overrides }));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.jsonValue(), nearlyAnOrder), fc.string(), async (order, execution) => {
      const error = await validate({ order, execution }).catch((reason: unknown) => reason);
      if (error instanceof Error) {
        expect(error).toBeInstanceOf(ValidationError);
        expect(Buffer.byteLength(error.message)).toBeLessThan(8_192);
        expect(JSON.parse(error.message).problems.length).toBeGreaterThan(0);
      }
    }),
  );
});

test('valid lines in any order are merged without a change of quantities or the amount', async () => {
  const price = new Map(['A', 'B', 'C', 'D'].map((sku, index) => [sku, 100 + index]));
  const anyLine = fc.record({
    sku: fc.constantFrom(...price.keys()),
    quantity: fc.integer({ min: 1, max: 100 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyLine, { minLength: 1, maxLength: 50 }), async (sent) => {
      const items = sent.map((each) => ({ ...each, unitPrice: price.get(each.sku) ?? 0 }));
      const order = await validate({ order: orderInput({ items }), execution: EXECUTION });
      const total = (of: typeof items) =>
        of.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
      expect(new Set(order.items.map(({ sku }) => sku)).size).toBe(order.items.length);
      expect(order.amount).toBe(total(items));
      expect(total(order.items)).toBe(order.amount);
    }),
  );
});

/** The fields of a valid order as JSON, without the braces. */
function body(): string {
  return JSON.stringify(orderInput()).slice(1, -1);
}
