/** A large order that waits for its review. */
import { type OrderShop, openShop } from '../../tools/world/order-shop';

export const HOUR = 3600;
export const DAY = 24 * HOUR;

export const AMOUNT = 2 * 60_000;
export const LARGE = { items: [{ sku: 'MUG', quantity: 2, unitPrice: 60_000 }] };

export const DONE = { held: 0, taken: AMOUNT, stock: { MUG: 8, TEA: 10 }, shipped: ['order-A-1001'] };
export const UNDONE = { held: 0, taken: 0, stock: { MUG: 10, TEA: 10 }, shipped: [] };
export const WAITING = { ...UNDONE, held: AMOUNT, stock: { MUG: 8, TEA: 10 } };

/** A shop with a large order that has waited an hour for its review. */
export async function reviewing(settings: Parameters<OrderShop['start']>[1] = {}, shop = openShop()) {
  const order = shop.start(LARGE, settings);
  await shop.clock.advance(HOUR);
  return { ...shop, order };
}
