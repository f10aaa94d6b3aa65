/**
 * DynamoDB's control plane for the tables of tenants: a new table is CREATING for a while and cannot be
 * deleted meanwhile; a protected one cannot be deleted at all.
 */
import { dynamodbError, FAILURES, invalid } from './dynamodb-errors';
import { Faults } from './faults';
import { underFaults } from './service';

interface Table {
  readyAt: number;
  /** When its deletion is complete (epoch seconds); `Infinity` while none has been asked for. */
  goneAt: number;
  definition: Record<string, unknown>;
  deletionProtection: boolean;
  pointInTimeRecovery: boolean;
}

const DELETING_SECONDS = 3;

/** @param now the world's clock. */
export function createTenantTables(now: () => Date, faults = new Faults()) {
  const underPlan = underFaults('dynamodb', faults, FAILURES);
  const tables = new Map<string, Table>();
  const settings = {
    /** How long a new table is CREATING, in seconds; `Infinity` for one that never becomes ACTIVE. */
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
    throw dynamodbError(
      'ResourceNotFoundException',
      `Requested resource not found: Table: ${name} not found`,
    );
  }

  function active(name: string): Table {
    const table = existing(name);
    if (statusOf(table) === 'ACTIVE') return table;
    throw dynamodbError('ResourceInUseException', `Table is ${statusOf(table)}: ${name}`);
  }

  const actions: Record<string, (args: Record<string, unknown>) => object> = {
    createTable(args) {
      const name = String(args.TableName);
      if (!/^[\w.-]{3,255}$/.test(name)) throw invalid(`Invalid table name: ${name}`);
      if (find(name)) throw dynamodbError('ResourceInUseException', `Table already exists: ${name}`);
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
        throw dynamodbError('ResourceInUseException', `Table is being created: ${name}`);
      if (table.deletionProtection) throw invalid('Deletion protection is on');
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
    /** For Step Functions. */
    call: async (action: string, input: object): Promise<object> => {
      const run = actions[action];
      if (!run) throw new Error(`Double of tenants' tables: no action ${action}`);
      const args: Record<string, unknown> = { ...input };
      return underPlan(action, String(args.TableName), input, () => run(args));
    },
    failure: underPlan.failure,
    has: (action: string): boolean => action in actions,
    find,
    /** The tables that are neither deleted nor being deleted, since a deletion cannot be stopped. */
    names: () => [...tables.keys()].filter((name) => (find(name)?.goneAt ?? 0) === Number.POSITIVE_INFINITY),
  };
}
