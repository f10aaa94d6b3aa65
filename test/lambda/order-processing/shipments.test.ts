import { fails, replyLost, times } from '../../../tools/doubles/faults';
import { createOrderWorld } from '../../../tools/world/order-world';
import { validOrder } from '../../../tools/world/orders';

const execution = 'order-A-1001';
const orderId = 'A-1001';

function start() {
  const time = { now: Date.parse('2026-11-20T10:00:00Z') };
  const world = createOrderWorld({ now: () => new Date(time.now) });
  return {
    ...world,
    create: () => world.functions['create-shipment']({ order: validOrder(), execution }),
    cancel: () => world.functions['cancel-shipment']({ orderId, execution }),
    passMinutes: (minutes: number) => {
      time.now += minutes * 60_000;
    },
  };
}

test('CreateShipment asks fulfilment for the order, with what and where to', async () => {
  const { create, fulfil, fulfilment, queue } = start();
  expect(await create()).toEqual({});
  expect(queue.messages()[0]?.group).toBe(orderId);
  await fulfil();
  const { items, shippingAddress: address } = validOrder();
  expect(fulfilment.shipments()).toEqual([{ orderId, execution, items, address }]);
});

test('asked again at once it sends once; fulfilment also bears it two weeks later', async () => {
  const { create, fulfil, fulfilment, queue, passMinutes } = start();
  await create();
  await create();
  expect(queue.messages()).toHaveLength(1);
  passMinutes(14 * 24 * 60);
  await create();
  expect(queue.messages()).toHaveLength(2);
  await fulfil();
  expect(fulfilment.shipments()).toHaveLength(1);
});

test('CancelShipment takes the pick request back, also when that arrives after it', async () => {
  const { create, cancel, fulfil, fulfilment } = start();
  await cancel();
  await fulfil();
  await create();
  await fulfil();
  expect(fulfilment.shipments()).toEqual([]);
});

test('a cancellation of the first attempt leaves the second alone', async () => {
  const { functions, create, cancel, fulfil, fulfilment } = start();
  await create();
  await cancel();
  await functions['create-shipment']({ order: validOrder(), execution: `${execution}_2` });
  await fulfil();
  expect(fulfilment.shipments().map((shipment) => shipment.execution)).toEqual([`${execution}_2`]);
});

test.each([
  ['throttled', fails('throttled'), 'RateLimited'],
  ['unavailable', fails('unavailable'), 'TemporaryFailure'],
  ['heard no more', replyLost, 'TemporaryFailure'],
  ['denied', fails('denied'), 'AccessDenied'],
] as const)(
  'a queue that is %s: CreateShipment fails as %s, CancelShipment as CompensationFailed',
  async (_case, fault, name) => {
    const { create, cancel, queue } = start();
    queue.fail({ 'sqs:sendMessage': times(2, fault) });
    await expect(create()).rejects.toMatchObject({ name });
    await expect(cancel()).rejects.toMatchObject({
      name: 'CompensationFailed',
      message: expect.stringContaining(name),
    });
  },
);
