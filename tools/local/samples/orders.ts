// Orders that end in every possible way, with what must be true of money and stock afterwards.

import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { OrderContents, OrderInput } from '../../../contracts/types';
import type { LocalCloud } from '../cloud';
import { withShipmentsRefused } from '../fulfilment-fault';
import { stock, stripeAt } from '../seed';
import type { EndedExecution, Sample } from './run';
import { execute } from './run';

type OrderByMethod = OrderContents & { paymentMethodId: string };

/** A valid order for two of the SKU. */
export const order = (orderId: string, sku: string, changes: Partial<OrderByMethod> = {}): OrderByMethod => ({
  orderId,
  customerId: 'customer-7',
  email: 'ann@example.com',
  currency: 'eur',
  items: [{ sku, quantity: 2, unitPrice: 1250 }],
  paymentMethodId: 'pm_card_visa',
  shippingAddress: {
    name: 'Ann Bell',
    line1: 'High Street 1',
    city: 'Bath',
    postalCode: 'BA1 1AA',
    country: 'GB',
  },
  ...changes,
});

export const orderSamples: Sample[] = [
  sample('ships, and is paid', 'SHIPPED', order('1001', 'MUG-BLUE'), { payment: 'succeeded', sold: 2 }),
  {
    ...sample('is wrong in four fields', 'REJECTED', {
      ...order('1002', 'MUG-BLUE'),
      email: 'ann.example.com',
      currency: 'EURO',
      items: [
        { sku: 'MUG-BLUE', quantity: 0, unitPrice: 1250 },
        { sku: 'mug blue', quantity: 1, unitPrice: 1250 },
      ],
    }),
    details: problemsFound,
  },
  sample(
    'has a card that the bank declines',
    'PAYMENT_DECLINED',
    order('1003', 'TSHIRT-M', { paymentMethodId: 'pm_card_chargeDeclined' }),
    { payment: 'canceled', sold: 0 },
  ),
  sample('wants two of the last one', 'OUT_OF_STOCK', order('1004', 'LAMP-LAST'), {
    payment: 'canceled',
    sold: 0,
  }),
  {
    ...sample('cannot be shipped: all is undone', 'FAILED', order('1005', 'VASE-TALL'), {
      payment: 'canceled',
      sold: 0,
    }),
    alone: true,
    run: (cloud) => {
      const { StateMachineArn = '', FulfilmentQueueUrl = '' } = outputs(cloud);
      return withShipmentsRefused({ stateMachineArn: StateMachineArn, queueUrl: FulfilmentQueueUrl }, () =>
        execute(StateMachineArn, 'order-1005', order('1005', 'VASE-TALL')),
      );
    },
    details: ({ error }) => [`failed with ${error}`],
  },
];

interface Effects {
  /** Status of the order's PaymentIntent. */
  payment: string;
  /** Units of its SKU that were sold. */
  sold: number;
}

/** @param effects what must be true afterwards. @default nothing is checked */
export function sample(shows: string, expected: string, input: OrderInput, effects?: Effects): Sample {
  const name = `order-${input.orderId}`;
  return {
    name,
    shows,
    expected,
    run: (cloud) => execute(outputs(cloud).StateMachineArn ?? '', name, input),
    violations: async (cloud, { identity }) =>
      effects ? effectViolations(cloud, identity, input.items[0]?.sku ?? '', effects) : [],
  };
}

/** Outputs of the stack OrderProcessing. */
export const outputs = (cloud: LocalCloud): Record<string, string> => cloud.outputs.OrderProcessing ?? {};

async function effectViolations(
  cloud: LocalCloud,
  execution: string,
  sku: string,
  wanted: Effects,
): Promise<string[]> {
  const [payment, item] = await Promise.all([
    paymentStatus(cloud, execution),
    getItem(outputs(cloud).InventoryTableName ?? '', { sku: { S: sku } }),
  ]);
  const sold = (stock[sku] ?? 0) - Number(item?.available?.N);
  return [
    ...(payment === wanted.payment ? [] : [`the payment is ${payment}, not ${wanted.payment}`]),
    ...(sold === wanted.sold ? [] : [`${sold} of ${sku} are gone, not ${wanted.sold}`]),
  ];
}

export async function getItem(table: string, key: Record<string, { S: string }>) {
  const dynamodb = new DynamoDBClient();
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }),
  );
  dynamodb.destroy();
  return Item;
}

/** Status of the PaymentIntent that an execution has recorded. */
export async function paymentStatus(cloud: LocalCloud, execution: string): Promise<string> {
  const record = await getItem(outputs(cloud).PaymentsTableName ?? '', { execution: { S: execution } });
  const id = record?.paymentIntentId?.S;
  if (!id) return 'absent';
  return (await stripeAt(cloud.endpoints.stripe).paymentIntents.retrieve(id)).status;
}

/** The problems in a rejected order's output. */
function problemsFound({ output }: EndedExecution): string[] {
  const found = typeof output === 'object' && output !== null && 'problems' in output ? output.problems : [];
  return Array.isArray(found) ? found.map(({ path, message }) => `${path} ${message}`) : [];
}
