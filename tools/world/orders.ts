/** Sample orders: valid unless overridden. */
import type { OrderInput } from '../../contracts/types';
import { checkOrder, type ValidOrder } from '../../lambda/order-processing/order';

export const orderInput = (overrides: Partial<OrderInput> = {}): OrderInput => ({
  orderId: 'A-1001',
  customerId: 'C-7',
  email: 'ada@example.com',
  currency: 'usd',
  items: [
    { sku: 'MUG', quantity: 2, unitPrice: 1250 },
    { sku: 'TEA', quantity: 1, unitPrice: 899 },
  ],
  paymentMethodId: 'pm_card_visa',
  shippingAddress: {
    name: 'Ada Lovelace',
    line1: '12 St James’s Square',
    city: 'London',
    postalCode: 'SW1Y 4JH',
    country: 'GB',
  },
  ...overrides,
});

/** As ValidateOrder hands it on. */
export function validOrder(overrides: Partial<OrderInput> = {}): ValidOrder {
  const checked = checkOrder(orderInput(overrides));
  if ('problems' in checked) throw new Error(`Not a valid order: ${JSON.stringify(checked.problems)}`);
  return checked.order;
}
