/** Which lines of a file of orders are valid. */
import { canonicalJson } from '../../../contracts/canonical-json';
import { createLineChecker } from '../../../lambda/bulk-orders/check-line';
import { orderInput, RULES } from '../../../tools/world/orders';

const check = (text: string | Buffer, line = 1) => createLineChecker(RULES)(line, Buffer.from(text));
const problem = (message: string) => ({ problems: [{ path: '', message }] });

test('the output has the order as an application sends it, not as ValidateOrder normalises it', () => {
  const order = orderInput({
    currency: 'EUR',
    items: [
      { unitPrice: 5_00, quantity: 1, sku: 'TEA' },
      { sku: 'TEA', quantity: 2, unitPrice: 5_00 },
    ],
  });
  const text = `  ${JSON.stringify(order, null, ' ').replaceAll('\n', '').replace('500', '5.0e2')}  `;
  expect(check(text)).toEqual({ orderId: order.orderId, order: canonicalJson(order) });
});

test.each(['', ' ', '\t  '])('"%s" is blank', (text) => {
  expect(check(text)).toBeUndefined();
});

test.each([
  ['broken JSON', '{"orderId": "A-1"', 'is not JSON'],
  ['two orders', '{}{}', 'is not JSON'],
  ['a comment', '# orders', 'is not JSON'],
  ['NaN', '{"a": NaN}', 'is not JSON'],
  ['a list', '[]', 'must be an object'],
  ['null', 'null', 'must be an object'],
  ['Latin-1', Buffer.from('{"name": "Zoë"}', 'latin1'), 'is not UTF-8 text'],
  ['half a character', Buffer.from('{"name": "🫖"}').subarray(0, 12), 'is not UTF-8 text'],
])('%s', (_what, text, message) => {
  expect(check(text)).toEqual(problem(message));
});

test('a line that is too long', () => {
  expect(createLineChecker(RULES)(3, undefined)).toEqual(problem('is longer than 200000 bytes'));
});

test('all problems of an order are reported, without its data', () => {
  const secret = { ...orderInput(), email: 'ada', items: [], note: 'leave it at the door' };
  const checked = check(JSON.stringify(secret));
  expect(checked).toEqual({
    problems: expect.arrayContaining([
      { path: 'items', message: 'must be 1 to 50 lines, not 0' },
      { path: 'email', message: 'must be an e-mail address' },
      { path: 'note', message: 'is not a known field' },
    ]),
  });
  expect(JSON.stringify(check('{"email": "ada@example.com"'))).not.toContain('ada@');
});

test.each([
  ['an order of that id before it', { quantity: 3 }, 'is also that of another order on line 2'],
  ['the same order before it, written otherwise', { quantity: 2 }, 'is the same order as line 2'],
])('%s', (_what, { quantity }, message) => {
  const checkLine = createLineChecker(RULES);
  const { shippingAddress, ...rest } = orderInput({ items: [{ sku: 'MUG', quantity, unitPrice: 1250 }] });
  const first = orderInput({ items: [{ sku: 'MUG', quantity: 2, unitPrice: 1250 }] });
  expect(checkLine(2, Buffer.from(JSON.stringify(first)))).toHaveProperty('orderId', 'A-1001');
  const second = Buffer.from(JSON.stringify({ shippingAddress, ...rest }));
  expect(checkLine(5, second)).toEqual({ problems: [{ path: 'orderId', message }] });
});

test('a bad line does not make the id of a later good line a duplicate', () => {
  const checkLine = createLineChecker(RULES);
  expect(checkLine(1, Buffer.from(JSON.stringify(orderInput({ email: 'ada' }))))).toHaveProperty('problems');
  expect(checkLine(2, Buffer.from(JSON.stringify(orderInput())))).toHaveProperty('orderId');
});

test('ten of the largest possible orders fit into the input of one batch', () => {
  const wide = (characters: number) => '🫖'.repeat(characters / 2);
  const largest = orderInput({
    orderId: 'A'.repeat(60),
    customerId: 'C'.repeat(60),
    email: `${'e'.repeat(64)}@${'d'.repeat(60)}.${'d'.repeat(60)}.${'d'.repeat(58)}.example`,
    items: Array.from({ length: 50 }, (_, index) => ({
      sku: `${index}`.padEnd(64, '-'),
      quantity: 1000,
      unitPrice: 1000,
    })),
    paymentMethodId: `pm_${'x'.repeat(100)}`,
    shippingAddress: {
      name: wide(100),
      line1: wide(200),
      line2: wide(200),
      city: wide(100),
      postalCode: wide(20),
      state: wide(100),
      country: 'GB',
    },
  });
  const checked = check(JSON.stringify(largest));
  expect(checked).toHaveProperty('order');
  const Items = Array.from({ length: 10 }, () => ({ line: 100_000, ...checked }));
  const BatchInput = { importedAt: new Date().toISOString() };
  expect(Buffer.byteLength(JSON.stringify({ BatchInput, Items }))).toBeLessThan(200 * 1024);
});
