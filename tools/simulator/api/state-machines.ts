// Reads the deployed state machines from MiniStack.
import { parseStateMachineArn } from './arns';
import { callMiniStack, type MiniStackOptions } from './ministack';
import { ApiError, isRecord } from './protocol';

/** A machine as it was deployed when an execution started; later deployments do not change it. */
export interface StateMachineSnapshot {
  /** Without version or alias. */
  arn: string;
  name: string;
  definition: string;
  roleArn: string;
  type: 'STANDARD' | 'EXPRESS';
  updateDate: Date;
  revisionId: string | undefined;
  versionArn: string | undefined;
  aliasArn: string | undefined;
  /** Where its executions are logged. */
  log: MachineLog | undefined;
}

interface MachineLog {
  /** The log group's name. */
  readonly group: string;
  readonly withData: boolean;
}

/** How long a snapshot is reused, in milliseconds. For so long a start may still run what was deployed before. */
const FRESH_FOR = 500;

/** Describes the machine, version or alias that an ARN names. Throws StateMachineDoesNotExist, InvalidArn. */
export type DescribeStateMachine = (arn: string) => Promise<StateMachineSnapshot>;

export function describeFrom(ministack: MiniStackOptions): DescribeStateMachine {
  const ask = (operation: string, input: object) =>
    callMiniStack(
      ministack,
      { signingName: 'states', target: `AWSStepFunctions.${operation}`, version: '1.0' },
      input,
    );

  const fetchSnapshot = async (requested: string): Promise<StateMachineSnapshot> => {
    const { arn, name, qualifier } = parseStateMachineArn(requested);
    const described = await ask('DescribeStateMachine', { stateMachineArn: requested });
    const changed = described.updateDate ?? described.creationDate;
    return {
      arn,
      name,
      definition: String(described.definition),
      roleArn: String(described.roleArn),
      type: described.type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
      updateDate: new Date(typeof changed === 'number' ? changed * 1000 : Date.now()),
      revisionId: typeof described.revisionId === 'string' ? described.revisionId : undefined,
      versionArn: qualifier === undefined ? undefined : requested,
      aliasArn: undefined,
      log: logIn(JSON.stringify(described.loggingConfiguration ?? {})),
    };
  };

  const known = new Map<string, { at: number; snapshot: Promise<StateMachineSnapshot> }>();
  const describe = async (requested: string): Promise<StateMachineSnapshot> => {
    const cached = known.get(requested);
    if (cached && Date.now() - cached.at < FRESH_FOR) return cached.snapshot;
    const snapshot = fetchSnapshot(requested).catch((error: unknown) => {
      known.delete(requested);
      throw missing(error, requested);
    });
    known.set(requested, { at: Date.now(), snapshot });
    return snapshot;
  };

  return async (requested) => {
    if (!parseStateMachineArn(requested).isAlias) return describe(requested);
    // Each start through an alias chooses a version at random.
    const alias = await ask('DescribeStateMachineAlias', { stateMachineAliasArn: requested }).catch(
      (error) => {
        throw missing(error, requested);
      },
    );
    return { ...(await describe(pickVersion(alias))), aliasArn: requested };
  };
}

/** MiniStack spells the configuration as the API does, or as CloudFormation does. */
function logIn(configuration: string): MachineLog | undefined {
  const [, group] = /:log-group:([^":]+)/.exec(configuration) ?? [];
  return group === undefined
    ? undefined
    : { group, withData: /"includeExecutionData":true/i.test(configuration) };
}

const missing = (error: unknown, requested: string) =>
  isMissing(error)
    ? new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${requested}'`)
    : error;

const isMissing = (error: unknown) =>
  error instanceof ApiError && ['StateMachineDoesNotExist', 'ResourceNotFound'].includes(error.name);

/** Chooses a version at random, by the weights of the alias's routing configuration. */
function pickVersion(alias: Record<string, unknown>): string {
  const routes = Array.isArray(alias.routingConfiguration) ? alias.routingConfiguration : [];
  let drawn = Math.random() * 100;
  for (const route of routes) {
    if (!isRecord(route)) continue;
    drawn -= Number(route.weight ?? 0);
    if (drawn < 0) return String(route.stateMachineVersionArn);
  }
  throw new ApiError('StateMachineDoesNotExist', 'The alias routes to no version.');
}
