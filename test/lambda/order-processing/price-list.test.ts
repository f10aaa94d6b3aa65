import { createPriceList } from '../../../lambda/order-processing/price-list';
import { fails } from '../../../tools/doubles/faults';
import { createOrderWorld, TABLES } from '../../../tools/world/order-world';

const world = () => {
  const shop = createOrderWorld();
  const priceList = createPriceList({ dynamodb: shop.dynamodb.client, inventoryTable: TABLES.inventory });
  return { shop, priceList };
};

test('has the prices of those SKUs that have any', async () => {
  const { shop, priceList } = world();
  shop.seedPrices('MUG', { usd: 1250, jpy: 1900 });
  shop.seedStock({ TEA: 3 });
  expect(await priceList(['MUG', 'TEA', 'UNKNOWN'])).toEqual(new Map([['MUG', { usd: 1250, jpy: 1900 }]]));
});

test('a throttled read is RateLimited, so that the state tries again', async () => {
  const { shop, priceList } = world();
  shop.dynamodb.fail({ 'dynamodb:batchGetItem inventory': fails('throttled') });
  await expect(priceList(['MUG'])).rejects.toMatchObject({ name: 'RateLimited' });
});

test('a part of the prices is not taken for all of them', async () => {
  const send = async () => ({
    Responses: {},
    UnprocessedKeys: { inventory: { Keys: [{ sku: { S: 'MUG' } }] } },
  });
  const priceList = createPriceList({ dynamodb: { send } as never, inventoryTable: 'inventory' });
  await expect(priceList(['MUG'])).rejects.toMatchObject({ name: 'RateLimited' });
});
