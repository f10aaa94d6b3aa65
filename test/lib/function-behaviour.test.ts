/** Reading a function's calls from its code: one test for each way of writing it. */
import { behaviourIn } from '../support/function-calls';

const imports = `
  import { DynamoDBClient, GetItemCommand, UpdateItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
  import { S3Client, paginateListObjectsV2 } from '@aws-sdk/client-s3';
  import { PutCommand } from '@aws-sdk/lib-dynamodb';
  import { wrapped } from 'somewhere';
  const client = new DynamoDBClient({});
  const variable = (name) => {
    const value = process.env[name];
    if (!value) throw new Error(name);
    return value;
  };
`;

const environment = { ORDERS: 'orders', STOCK: 'stock' };

const behaviour = (code: string) => behaviourIn(`${imports}${code}\nexport { handler };`, environment);

/** The distinct calls, e.g. `getItem orders`. */
const callsOf = (code: string) =>
  new Set(
    behaviour(code).calls.map(({ operation, input }) => {
      const tables = (input.fields.TableName ?? input.fields.Bucket)?.texts ?? [];
      return `${operation} ${tables.join('|')}`;
    }),
  );

test.each([
  ['by a function', "const handler = () => variable('ORDERS');"],
  ['at once', 'const handler = () => process.env.ORDERS;'],
  ['by brackets', "const handler = () => process.env['ORDERS'];"],
  ['in parts', 'const { ORDERS } = process.env;\nconst handler = () => ORDERS;'],
  ['by another name for all', 'const env = process.env;\nconst handler = () => env.ORDERS;'],
  ['with another to fall back on', "const handler = () => process.env.ORDERS ?? 'orders';"],
  ['by what is called only now and then', "const handler = (event) => event.again && variable('ORDERS');"],
  ['in a template', 'const handler = () => `${variable("ORDERS")}-x`;'],
  ['in what fails', "const handler = () => { throw new Error(variable('ORDERS')); };"],
  ['in a switch', "const handler = (e) => { switch (e.kind) { case 'a': return variable('ORDERS'); } };"],
])('a variable is read %s', (_how, code) => {
  expect(behaviour(code).reads).toEqual(new Set(['ORDERS']));
});

test('a function that is never called reads nothing', () => {
  const { reads } = behaviour("const unused = () => variable('ORDERS');\nconst handler = () => 1;");
  expect(reads).toEqual(new Set());
});

const get = "client.send(new GetItemCommand({ TableName: variable('ORDERS') }))";

test.each([
  ['in a function', `const handler = async () => { await ${get}; };`],
  [
    'on first use',
    `let run;\nconst make = () => () => ${get};\nconst handler = () => { run ??= make(); return run(); };`,
  ],
  ['in a callback of another package', `const handler = wrapped(() => ${get}, { keep: true });`],
  ['for each of many', `const handler = (event) => Promise.all(event.items.map(() => ${get}));`],
  ['when a promise fails', `const handler = (event) => event.promise.catch(() => ${get});`],
  ['in a branch', `const handler = (event) => (event.again ? 1 : ${get});`],
  ['in a loop', `const handler = (event) => { for (const each of event.items) { if (each) ${get}; } };`],
  ['in a while', `const handler = (event) => { do { ${get}; } while (event.more); };`],
  ['in catch', `const handler = () => { try { f(); } catch (error) { ${get}; } finally { } };`],
  [
    'in a method of a class',
    `class Orders { find() { return ${get}; } }\nconst handler = () => new Orders().find();`,
  ],
  [
    'by what an object keeps',
    `class Orders {
      limit = 1;
      constructor({ table }) { this.table = table; }
      find() { return this.read(this.limit); }
      read = (n) => client.send(new GetItemCommand({ TableName: this.table }));
    }
    const handler = () => new Orders({ table: variable('ORDERS') }).find();`,
  ],
  [
    'in a function that is declared later',
    `const handler = () => find();\nfunction find() { return ${get}; }`,
  ],
  [
    'by a function that calls itself',
    `const find = (n) => (n ? find(n - 1) : ${get});\nconst handler = () => find(2);`,
  ],
  ['in a default', `const handler = (event, find = () => ${get}) => find();`],
  [
    'by what a factory made',
    `const create = ({ table }) => ({ find: () => ${get}, other: () => table });
    const handler = () => create({ table: variable('STOCK') }).find();`,
  ],
])('a call is seen %s', (_how, code) => {
  expect(callsOf(code)).toEqual(new Set(['getItem orders']));
});

test.each([
  [
    'as a parameter',
    "const find = (TableName) => client.send(new GetItemCommand({ TableName }));\nconst handler = () => find(variable('STOCK'));",
  ],
  [
    'as a field',
    "const o = { table: variable('STOCK') };\nconst handler = () => new GetItemCommand({ TableName: o.table });",
  ],
  [
    'spread',
    "const keyOf = (id) => ({ TableName: variable('STOCK'), Key: id });\nconst handler = (e) => new GetItemCommand({ ...keyOf(e.id), ConsistentRead: true });",
  ],
  [
    'taken apart',
    "const create = ({ table: name, ...rest }) => () => new GetItemCommand({ TableName: name, ...rest });\nconst handler = create({ table: variable('STOCK'), Limit: 1 });",
  ],
  [
    'assigned later',
    "let name;\nconst handler = () => { name = variable('STOCK'); return new GetItemCommand({ TableName: name }); };",
  ],
  [
    'in a list',
    "const names = [variable('STOCK')];\nconst handler = () => { for (const TableName of names) new GetItemCommand({ TableName }); };",
  ],
])('a name is followed %s', (_how, code) => {
  expect(callsOf(code)).toEqual(new Set(['getItem stock']));
});

test('an unknown name is *', () => {
  expect(callsOf('const handler = (event) => new GetItemCommand({ TableName: event.table });')).toEqual(
    new Set(['getItem *']),
  );
  expect(
    callsOf(
      "const handler = (event) => new GetItemCommand({ TableName: variable('ORDERS') + event.tenant });",
    ),
  ).toEqual(new Set(['getItem orders*']));
});

test('only the used results of a factory are called', () => {
  const code = `
    const createRecords = (TableName) => ({
      find: () => client.send(new GetItemCommand({ TableName })),
      mark: () => client.send(new UpdateItemCommand({ TableName })),
    });
    const handler = async () => { const { find } = createRecords(variable('ORDERS')); await find(); };`;
  expect(callsOf(code)).toEqual(new Set(['getItem orders']));
});

test('a transaction is known by its items, including those that are pushed', () => {
  const code = `
    const handler = (event) => {
      const TransactItems = [{ Put: { TableName: variable('ORDERS') } }];
      for (const each of event.items) TransactItems.push({ Update: { TableName: variable('STOCK') } });
      return client.send(new TransactWriteItemsCommand({ TransactItems }));
    };`;
  expect(behaviour(code).calls.map(({ input }) => input.fields.TransactItems?.fields)).toEqual([
    {
      Put: expect.objectContaining({ fields: { TableName: expect.objectContaining({ texts: ['orders'] }) } }),
      Update: expect.anything(),
    },
  ]);
});

test('paginators and the document client are calls, too', () => {
  expect(
    callsOf(
      "const handler = async () => { for await (const page of paginateListObjectsV2({ client: new S3Client() }, { Bucket: variable('STOCK') })) page; };",
    ),
  ).toEqual(new Set(['listObjectsV2 stock']));
  expect(
    callsOf("const handler = () => client.send(new PutCommand({ TableName: variable('ORDERS') }));"),
  ).toEqual(new Set(['putItem orders']));
});
