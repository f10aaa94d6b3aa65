/** Checks all fields of an order at once, and its prices, before anything else happens. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isExecutionOf } from '../../contracts/names';
import { clientConfig } from '../shared/aws';
import { ValidationError } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { field, id, toReport } from '../shared/problems';
import { checkOrder, type OrderRules, type ValidOrder } from './order';
import { checkPrices, createPriceList, type PriceList } from './price-list';
import { rulesFromEnvironment } from './rules';

interface Payload {
  /** The execution's input, which may be anything. */
  order: unknown;
  execution: string;
}

interface Dependencies {
  rules: OrderRules;
  priceList: PriceList;
}

/**
 * @throws ValidationError with every problem of the order, or else with every wrong price; TemporaryFailure or
 * RateLimited when the prices could not be read.
 */
export const createValidateOrder =
  ({ rules, priceList }: Dependencies) =>
  async ({ order: input, execution }: Payload): Promise<ValidOrder> => {
    const checked = checkOrder(input, rules);
    const orderId = orderIdOf(input);
    const problems = 'problems' in checked ? checked.problems : [];
    if (orderId !== null && !isExecutionOf('order', orderId, execution)) {
      problems.push({
        path: 'orderId',
        message: `belongs to an execution named order-${orderId}, or …_2 and so on`,
      });
    }
    if ('order' in checked && problems.length === 0) {
      const { order } = checked;
      problems.push(...checkPrices(order, await priceList(order.items.map(({ sku }) => sku))));
      if (problems.length === 0) return order;
    }
    throw new ValidationError({ orderId, ...toReport(problems) });
  };

/** Returns the order's id, or null when it is missing or unusable. */
const orderIdOf = (input: unknown) => id.safeParse(field(input, 'orderId')).data ?? null;

export const handler = lambdaHandler(
  () =>
    createValidateOrder({
      rules: rulesFromEnvironment(),
      priceList: createPriceList({
        dynamodb: new DynamoDBClient(clientConfig),
        inventoryTable: environment('INVENTORY_TABLE'),
      }),
    }),
  ({ order, execution }) => ({
    orderId: orderIdOf(order),
    execution,
  }),
);
