/** Finds the environment variables that a function reads, and its calls of AWS, from its bundle. */
import { buildSync } from 'esbuild';
import { bundleOptions } from '../../lib/workflow/bundle';
import { exportsOf } from './interpreter';
import type { Call } from './permissions';
import { nothing, text, unknown } from './shapes';
import { callOf, type Value } from './values';

interface Behaviour {
  /** Names of environment variables. */
  readonly reads: ReadonlySet<string>;
  readonly calls: readonly Call[];
}

/** @param environment the values of the variables */
export const behaviourOf = (entry: string, environment: Readonly<Record<string, string>>): Behaviour =>
  behaviourIn(codeOf(entry), environment);

/** @param code of a module that exports `handler` */
export const behaviourIn = (code: string, environment: Readonly<Record<string, string>>): Behaviour => {
  const reads = new Set<string>();
  const calls: Call[] = [];
  const called = (service: string, operation: string, input: Value = nothing) => {
    calls.push({ service, operation, input });
    return unknown;
  };
  const { handler = unknown } = Object.fromEntries(
    exportsOf(code, {
      imported: (module, name) => ({ ...unknown, functions: libraryOf(module, name, called) }),
      environment: (name) => {
        reads.add(name);
        const value = environment[name];
        return value === undefined ? unknown : text(value);
      },
    }),
  );
  callOf(handler, [unknown, unknown]);
  return { reads, calls };
};

const codeOf = (entry: string): string => {
  const { outputFiles = [] } = buildSync({
    ...bundleOptions(entry),
    packages: 'external',
    minify: false,
    sourcemap: false,
    write: false,
  });
  return outputFiles[0]?.text ?? '';
};

type Called = (service: string, operation: string, input?: Value) => Value;

/** Models what packages export: clients of AWS record their calls, all other functions call their callbacks. */
const libraryOf = (
  module: string,
  name: string,
  called: Called,
): readonly ((args: readonly Value[]) => Value)[] => {
  const [, client = ''] = /^@aws-sdk\/client-(.+)$/.exec(module) ?? [];
  const service = client.replaceAll('-', '');
  const [, command] = /^(\w+)Command$/.exec(name) ?? [];
  const [, paginated] = /^paginate(\w+)$/.exec(name) ?? [];
  if (service && command) return [([input]) => called(service, uncapitalised(command), input)];
  if (service && paginated) return [([, input]) => called(service, uncapitalised(paginated), input)];
  if (module === '@aws-sdk/lib-dynamodb' && command) {
    return [([input]) => called('dynamodb', itemOperations[command] ?? uncapitalised(command), input)];
  }
  if (name === 'DynamoDBPersistenceLayer') {
    return [([options]) => persisted(options?.fields.tableName ?? unknown, called)];
  }
  return [];
};

/** Powertools' idempotency table. */
const persisted = (TableName: Value, called: Called): Value => {
  for (const operation of ['getItem', 'putItem', 'updateItem', 'deleteItem']) {
    called('dynamodb', operation, { texts: [], fields: { TableName } });
  }
  return unknown;
};

/** The document client's names of DynamoDB's operations, where they differ. */
const itemOperations: Readonly<Record<string, string>> = {
  Get: 'getItem',
  Put: 'putItem',
  Update: 'updateItem',
  Delete: 'deleteItem',
  BatchGet: 'batchGetItem',
  BatchWrite: 'batchWriteItem',
  TransactGet: 'transactGetItems',
  TransactWrite: 'transactWriteItems',
};

const uncapitalised = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
