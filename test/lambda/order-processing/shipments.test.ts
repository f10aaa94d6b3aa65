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

test('CreateShipment sends a pick request with the items and the address', async () => {
  const { create, fulfil, fulfilment, queue } = start();
  expect(await create()).toEqual({});
  expect(queue.messages()[0]?.group).toBe(orderId);
  await fulfil();
  const { items, shippingAddress: address } = validOrder();
  expect(fulfilment.shipments()).toEqual([{ orderId, execution, items, address }]);
});

test('a repeated request is sent once; fulfilment ignores a repetition two weeks later', async () => {
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

test('CancelShipment cancels the pick request, even if that arrives later', async () => {
  const { create, cancel, fulfil, fulfilment } = start();
  await cancel();
  await fulfil();
  await create();
  await fulfil();
  expect(fulfilment.shipments()).toEqual([]);
});

test('a cancellation of the first attempt does not affect the second', async () => {
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
