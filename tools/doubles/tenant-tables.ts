/**
 * The tables of tenants, as DynamoDB's control plane has them: a new one is CREATING for a while and cannot be
 * deleted, a protected one cannot be deleted at all. Errors are named as Step Functions names them.
 */
import { TaskFailure } from '../simulator/integrations/failure';

interface Table {
  readyAt: number;
  /** From then on it is gone. */
  goneAt: number;
  definition: Record<string, unknown>;
  deletionProtection: boolean;
  pointInTimeRecovery: boolean;
}

const DELETING_SECONDS = 3;

/** @param now the world's clock. */
export function createTenantTables(now: () => Date) {
  const tables = new Map<string, Table>();
  const settings = {
    /** How long a new table is CREATING, in seconds; `Infinity` for one that never gets ready. */
    creatingSeconds: 4,
  };

  const seconds = () => now().getTime() / 1000;
  const find = (name: string) => {
    const table = tables.get(name);
    return table && table.goneAt > seconds() ? table : undefined;
  };
  const statusOf = ({ readyAt, goneAt }: Table) => {
    if (goneAt < Number.POSITIVE_INFINITY) return 'DELETING';
    return readyAt > seconds() ? 'CREATING' : 'ACTIVE';
  };

  function existing(name: string): Table {
    const table = find(name);
    if (table) return table;
    throw failure('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  }

  function active(name: string): Table {
    const table = existing(name);
    if (statusOf(table) === 'ACTIVE') return table;
    throw failure('ResourceInUseException', `Table is ${statusOf(table)}: ${name}`);
  }

  const actions: Record<string, (args: Record<string, unknown>) => object> = {
    createTable(args) {
      const name = String(args.TableName);
      if (!/^[\w.-]{3,255}$/.test(name)) throw failure('DynamoDbException', `Invalid table name: ${name}`);
      if (find(name)) throw failure('ResourceInUseException', `Table already exists: ${name}`);
      const readyAt = seconds() + settings.creatingSeconds;
      const goneAt = Number.POSITIVE_INFINITY;
      tables.set(name, {
        readyAt,
        goneAt,
        definition: args,
        deletionProtection: false,
        pointInTimeRecovery: false,
      });
      return { TableDescription: { TableName: name, TableStatus: 'CREATING' } };
    },
    describeTable: ({ TableName }) => {
      const name = String(TableName);
      return { Table: { TableName: name, TableStatus: statusOf(existing(name)) } };
    },
    deleteTable({ TableName }) {
      const name = String(TableName);
      const table = existing(name);
      if (statusOf(table) === 'CREATING')
        throw failure('ResourceInUseException', `Table is being created: ${name}`);
      if (table.deletionProtection) throw failure('DynamoDbException', 'Deletion protection is on');
      table.goneAt = Math.min(table.goneAt, seconds() + DELETING_SECONDS);
      return { TableDescription: { TableName: name, TableStatus: 'DELETING' } };
    },
    updateTable({ TableName, DeletionProtectionEnabled }) {
      active(String(TableName)).deletionProtection = DeletionProtectionEnabled === true;
      return {};
    },
    updateContinuousBackups({ TableName, PointInTimeRecoverySpecification }) {
      const { PointInTimeRecoveryEnabled } = Object(PointInTimeRecoverySpecification);
      active(String(TableName)).pointInTimeRecovery = PointInTimeRecoveryEnabled === true;
      return {};
    },
  };

  return {
    settings,
    call(action: string, args: Record<string, unknown>): object {
      const run = actions[action];
      if (!run) throw new Error(`Double of tenants' tables: no action ${action}`);
      return run(args);
    },
    find,
    /** Those that are not deleted. A table that is being deleted counts as gone: nothing can stop that. */
    names: () => [...tables.keys()].filter((name) => (find(name)?.goneAt ?? 0) === Number.POSITIVE_INFINITY),
  };
}

const failure = (name: string, cause: string) => new TaskFailure(`DynamoDb.${name}`, cause);
