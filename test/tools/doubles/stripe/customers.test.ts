import { errorOf, startStripe } from './support';

test('a customer can be created, read and deleted; then only its id is left', async () => {
  const { stripe, ledger } = startStripe();
  const { id } = await stripe.customers.create({
    email: 'ada@example.com',
    metadata: { execution: 'onboarding-1' },
  });
  expect(await stripe.customers.retrieve(id)).toMatchObject({
    email: 'ada@example.com',
    metadata: { execution: 'onboarding-1' },
  });
  expect(ledger.customers).toHaveLength(1);

  const deleted = { id, object: 'customer', deleted: true };
  expect(await stripe.customers.del(id)).toEqual(deleted);
  expect(await stripe.customers.retrieve(id)).toEqual(deleted);
  expect(await errorOf(stripe.customers.del(id))).toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
  });
  expect(ledger.customers).toEqual([]);
});

test('an unknown customer is a 404', async () => {
  const { stripe } = startStripe();
  expect(await errorOf(stripe.customers.retrieve('cus_none'))).toMatchObject({ statusCode: 404 });
  expect(await errorOf(stripe.customers.del('cus_none'))).toMatchObject({ statusCode: 404 });
});

test('customers are listed by exact e-mail address, newest first, without deleted ones', async () => {
  const { stripe } = startStripe();
  const ids: string[] = [];
  for (const execution of ['1', '2', '3']) {
    const { id } = await stripe.customers.create({ email: 'ada@example.com', metadata: { execution } });
    ids.unshift(id);
  }
  await stripe.customers.create({ email: 'Ada@example.com' });
  await stripe.customers.del(ids[1] ?? '');
  const { data, has_more } = await stripe.customers.list({ email: 'ada@example.com' });
  expect(data.map(({ metadata }) => metadata.execution)).toEqual(['3', '1']);
  expect(has_more).toBe(false);
});

test('an address without @ is refused', async () => {
  const { stripe, ledger } = startStripe();
  expect(await errorOf(stripe.customers.create({ email: 'ada' }))).toMatchObject({ code: 'email_invalid' });
  expect(ledger.customers).toEqual([]);
});
