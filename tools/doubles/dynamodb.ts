/**
 * DynamoDB in memory, as far as the workflows use it: with a client for the functions, and calls by action name for
 * Step Functions. Every call is atomic. A call that it does not support throws.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { cancelled, dynamodbError, FAILURES, invalid } from './dynamodb-errors';
import { compileCondition, compileUpdate, type Item } from './dynamodb-expressions';
import { type FaultPlan, Faults } from './faults';
import { operationOf, underFaults } from './service';

/** The parameters of the API that the double supports. */
interface WriteParams {
  TableName: string;
  Key?: Item;
  Item?: Item;
  UpdateExpression?: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
  ReturnValues?: 'ALL_NEW' | 'NONE';
  ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
}

type TransactItem = Partial<Record<'Put' | 'Update' | 'ConditionCheck' | 'Delete', WriteParams>>;

interface TransactParams {
  TransactItems: TransactItem[];
  ClientRequestToken?: string;
}

/** A write whose condition is met. `next` is undefined for a deletion. */
interface Change {
  table: Table;
  key: string;
  next: Item | undefined;
}

interface Table {
  name: string;
  /** Partition key, and sort key if there is one. */
  keyAttributes: readonly string[];
  items: Map<string, Item>;
}

const TOKEN_LIFETIME_MS = 10 * 60_000;
const MAX_TRANSACT_ITEMS = 100;

const conditions = memoize(compileCondition);
const updates = memoize(compileUpdate);

/** @param keys the key attribute or attributes of each table (strings). */
export function createDynamoDB(
  keys: Record<string, string | readonly [partition: string, sort: string]>,
  now: () => Date = () => new Date(),
  faults = new Faults(),
) {
  const underPlan = underFaults('dynamodb', faults, FAILURES);
  const tables = new Map<string, Table>();
  for (const [name, key] of Object.entries(keys))
    tables.set(name, { name, keyAttributes: typeof key === 'string' ? [key] : key, items: new Map() });
  const tokens = new Map<string, { request: string; at: number }>();

  function tableOf(name: string): Table {
    const table = tables.get(name);
    if (!table)
      throw dynamodbError(
        'ResourceNotFoundException',
        `Requested resource not found: Table: ${name} not found`,
      );
    return table;
  }

  const actions: Record<string, (params: never) => object> = {
    getItem({ TableName, Key }: WriteParams) {
      const table = tableOf(TableName);
      const item = table.items.get(keyOf(table, Key));
      return item ? { Item: { ...item } } : {};
    },
    /** Of one table, in no particular order; projections are not applied. */
    batchGetItem({ RequestItems }: { RequestItems: Record<string, { Keys: Item[] }> }) {
      const found = Object.entries(RequestItems).map(([name, { Keys }]) => {
        const table = tableOf(name);
        const keys = Keys.map((key) => keyOf(table, key));
        if (keys.length > 100 || new Set(keys).size < keys.length)
          throw invalid('At most 100 keys, each once');
        const items = keys.map((key) => table.items.get(key)).filter((item) => item !== undefined);
        return [name, items.map((item) => ({ ...item }))];
      });
      return { Responses: Object.fromEntries(found), UnprocessedKeys: {} };
    },
    /** Each page has one item, so that code which reads only the first page fails its test. */
    scan({ TableName, ExclusiveStartKey }: WriteParams & { ExclusiveStartKey?: Item }) {
      const table = tableOf(TableName);
      const keys = [...table.items.keys()];
      const next = ExclusiveStartKey ? keys.indexOf(keyOf(table, ExclusiveStartKey)) + 1 : 0;
      const item = table.items.get(keys[next] ?? '');
      const key = item && table.keyAttributes.map((attribute) => [attribute, item[attribute]]);
      return {
        Items: item ? [{ ...item }] : [],
        ...(key && next + 1 < keys.length && { LastEvaluatedKey: Object.fromEntries(key) }),
      };
    },
    putItem: (params: WriteParams) => write('Put', params),
    updateItem: (params: WriteParams) => write('Update', params),
    deleteItem: (params: WriteParams) => write('Delete', params),
    transactWriteItems,
  };

  function write(kind: keyof TransactItem, params: WriteParams): { Attributes?: Item } {
    const change = prepare(kind, params);
    if (!change) {
      const table = tableOf(params.TableName);
      const old = table.items.get(keyOf(table, params.Key ?? params.Item));
      const item = params.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && old && { Item: { ...old } };
      throw dynamodbError('ConditionalCheckFailedException', 'The conditional request failed', 400, {
        ...item,
      });
    }
    apply(change);
    return params.ReturnValues === 'ALL_NEW' && change.next ? { Attributes: { ...change.next } } : {};
  }

  function transactWriteItems({ TransactItems, ClientRequestToken: token }: TransactParams): object {
    if (token !== undefined && token.length > 36)
      throw invalid('ClientRequestToken has at most 36 characters');
    if (TransactItems.length > MAX_TRANSACT_ITEMS) throw invalid(`At most ${MAX_TRANSACT_ITEMS} items`);
    const request = token === undefined ? '' : JSON.stringify(TransactItems);
    const earlier = token === undefined ? undefined : tokens.get(token);
    if (earlier && now().getTime() - earlier.at < TOKEN_LIFETIME_MS) {
      if (earlier.request === request) return {};
      throw dynamodbError('IdempotentParameterMismatchException', 'Other parameters');
    }
    const changes = TransactItems.map((item) => {
      const [[kind, params] = [], ...others] = Object.entries(item);
      if (!kind || !params || others.length > 0) throw invalid('One action for each TransactItem');
      return prepare(kind as keyof TransactItem, params);
    });
    const touched = new Set(
      changes.flatMap((change) => (change ? [`${change.table.name}/${change.key}`] : [])),
    );
    if (!changes.includes(undefined) && touched.size < changes.length) {
      throw invalid('Transaction request cannot include multiple operations on one item');
    }
    if (changes.includes(undefined)) {
      throw cancelled(changes.map((change) => (change ? 'None' : 'ConditionalCheckFailed')));
    }
    for (const change of changes) if (change) apply(change);
    if (token !== undefined) tokens.set(token, { request, at: now().getTime() });
    return {};
  }

  /** The change that a write makes; undefined when its condition is not met. */
  function prepare(kind: keyof TransactItem, params: WriteParams): Change | undefined {
    const table = tableOf(params.TableName);
    const key = keyOf(table, params.Key ?? params.Item);
    const placeholders = {
      names: params.ExpressionAttributeNames ?? {},
      values: params.ExpressionAttributeValues ?? {},
    };
    const condition = params.ConditionExpression ? conditions(params.ConditionExpression) : undefined;
    const update = params.UpdateExpression ? updates(params.UpdateExpression) : undefined;
    const used = new Set([...(condition?.uses ?? []), ...(update?.uses ?? [])]);
    const unused = [...Object.keys(placeholders.names), ...Object.keys(placeholders.values)].filter(
      (name) => !used.has(name),
    );
    if (unused.length > 0) throw invalid(`Value unused in expressions: ${unused.join(', ')}`);

    const old = table.items.get(key);
    if (condition && !condition.run(old ?? {}, placeholders)) return undefined;
    switch (kind) {
      case 'Put':
        return { table, key, next: { ...params.Item } };
      case 'Delete':
        return { table, key, next: undefined };
      case 'ConditionCheck':
        return { table, key, next: old };
      case 'Update': {
        const next = { ...(old ?? params.Key) };
        update?.run(old ?? {}, next, placeholders);
        return { table, key, next };
      }
    }
  }

  /** Runs an action, named as in Step Functions. Throws as the SDK does. */
  async function call(action: string, params: object): Promise<object> {
    const run = actions[action];
    if (!run) throw new Error(`DynamoDB double: no action ${action}`);
    const table =
      'TableName' in params
        ? String(params.TableName)
        : Object.keys('RequestItems' in params ? Object(params.RequestItems) : {}).join();
    return underPlan(action, table, params, () => run(params as never));
  }

  return {
    call,
    failure: underPlan.failure,
    has: (action: string): boolean => action in actions,
    /** For the functions. */
    client: {
      send: (command: { input: object }) => call(operationOf(command), command.input),
      // Powertools adds its user agent here.
      config: {},
      middlewareStack: { identify: () => [], addRelativeTo() {} },
    } as unknown as DynamoDBClient,
    fail: (plan: FaultPlan) => faults.add(plan),
    /** Writes items without conditions or faults. */
    seed(table: string, ...items: Item[]) {
      for (const item of items)
        apply({ table: tableOf(table), key: keyOf(tableOf(table), item), next: item });
    },
    get: (table: string, ...key: string[]): Item | undefined => tableOf(table).items.get(joined(key)),
    items: (table: string): Item[] => [...tableOf(table).items.values()],
  };
}

function keyOf(table: Table, item: Item | undefined): string {
  return joined(
    table.keyAttributes.map(
      (attribute) => item?.[attribute]?.S || fail(`${table.name} needs the key ${attribute} (S)`),
    ),
  );
}

/** A unique string for each key. */
const joined = (key: string[]): string => (key.length === 1 ? String(key[0]) : JSON.stringify(key));

function fail(message: string): never {
  throw invalid(message);
}

function apply({ table, key, next }: Change): void {
  if (next) table.items.set(key, next);
  else table.items.delete(key);
}

function memoize<Result>(compute: (source: string) => Result): (source: string) => Result {
  const known = new Map<string, Result>();
  return (source) => {
    const result = known.get(source) ?? compute(source);
    known.set(source, result);
    return result;
  };
}
