/** The shop's own prices, which stand beside the stock: an order's `unitPrice` is the caller's word. */
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { OrderLine, Problem } from '../../contracts/types';
import { aws } from '../shared/aws';
import { RateLimited } from '../shared/errors';

/** Minor units by currency in lower case. */
export type Prices = Readonly<Record<string, number>>;

/**
 * Returns the prices of those SKUs that have any.
 * @throws RateLimited when DynamoDB returned only a part; TemporaryFailure when a later try may work
 */
export type PriceList = (skus: string[]) => Promise<ReadonlyMap<string, Prices>>;

interface Dependencies {
  dynamodb: Pick<DynamoDBClient, 'send'>;
  inventoryTable: string;
}

export const createPriceList =
  ({ dynamodb, inventoryTable }: Dependencies): PriceList =>
  async (skus) => {
    const request = new BatchGetItemCommand({
      RequestItems: {
        // An order has at most 50 lines, a batch 100 keys.
        [inventoryTable]: {
          Keys: skus.map((sku) => ({ sku: { S: sku } })),
          ProjectionExpression: 'sku, prices',
        },
      },
    });
    const { Responses, UnprocessedKeys } = await aws(() => dynamodb.send(request));
    if (Object.keys(UnprocessedKeys ?? {}).length > 0)
      throw new RateLimited('DynamoDB returned a part of the prices');
    return new Map(
      (Responses?.[inventoryTable] ?? []).flatMap(({ sku, prices }) => {
        const byCurrency = Object.entries(prices?.M ?? {}).map(([currency, price]) => [
          currency,
          Number(price.N),
        ]);
        return sku?.S !== undefined && prices?.M ? [[sku.S, Object.fromEntries(byCurrency)] as const] : [];
      }),
    );
  };

/** Compares an order with the price list. A SKU without prices costs what its caller says. */
export function checkPrices(
  { items, currency }: { items: OrderLine[]; currency: string },
  prices: ReadonlyMap<string, Prices>,
): Problem[] {
  return items.flatMap(({ sku, unitPrice }) => {
    const known = prices.get(sku);
    if (!known || known[currency] === unitPrice) return [];
    const price = known[currency];
    const message =
      price === undefined
        ? `${sku} is not sold in ${currency}`
        : `${sku} costs ${price} in ${currency}, and the order says ${unitPrice}`;
    return [{ path: 'items', message }];
  });
}
