// Reads a state machine's versions, and how its aliases route to them.

import {
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  ListStateMachineAliasesCommand,
  ListStateMachineVersionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { LIVE } from '../../contracts/names';
import { inBatches } from '../cli/batches';

export interface Version {
  readonly arn: string;
  readonly number: number;
  readonly madeAt: Date;
  /** The share of starts that each alias sends it, in per cent: of the aliases that name it, also of one with 0. */
  readonly weights: Readonly<Record<string, number>>;
  /** Of a version that the alias `live` names: since when it does with this weight. */
  readonly liveSince?: Date;
}

/** The newest first. @param machine the ARN without version or alias */
export async function readVersions(sfn: SFNClient, machine: string): Promise<Version[]> {
  const [listed, routes] = await Promise.all([listVersions(sfn, machine), readRoutes(sfn, machine)]);
  return listed
    .map(({ arn, madeAt }) => {
      const own = routes.filter(({ version }) => version === arn);
      const liveSince = own.find(({ alias }) => alias === LIVE)?.since;
      return {
        arn,
        number: numberOf(arn),
        madeAt,
        weights: Object.fromEntries(own.map(({ alias, weight }) => [alias, weight])),
        ...(liveSince && { liveSince }),
      };
    })
    .sort((a, b) => b.number - a.number);
}

/** `7` of `…:stateMachine:Orders:7`. */
const numberOf = (versionArn: string): number => Number(versionArn.split(':').at(-1));

/** The versions that callers start, the one with most starts first. */
export const liveOf = (versions: readonly Version[]): Version[] =>
  versions
    .filter(({ weights }) => (weights[LIVE] ?? 0) > 0)
    .sort((a, b) => (b.weights[LIVE] ?? 0) - (a.weights[LIVE] ?? 0));

/** `version 7`, or during a shift `version 7 (90 %), version 8 (10 %)`. */
export function routing(live: readonly Version[]): string {
  const [first, ...rest] = live;
  if (!first) return 'no version';
  if (rest.length === 0) return `version ${first.number}`;
  return live.map(({ number, weights }) => `version ${number} (${weights[LIVE]} %)`).join(', ');
}

/** What a version runs, and what its release said of it. @param arn of a version, or of a machine for its present one */
export async function readDefinition(
  sfn: SFNClient,
  arn: string,
): Promise<{ definition: string; description?: string }> {
  const { definition = '', description } = await sfn.send(
    new DescribeStateMachineCommand({ stateMachineArn: arn }),
  );
  return { definition, ...(description && { description }) };
}

async function listVersions(sfn: SFNClient, machine: string): Promise<{ arn: string; madeAt: Date }[]> {
  const found = await allPages(async (nextToken) => {
    const { stateMachineVersions = [], ...page } = await sfn.send(
      new ListStateMachineVersionsCommand({ stateMachineArn: machine, maxResults: 1000, nextToken }),
    );
    return { items: stateMachineVersions, nextToken: page.nextToken };
  });
  return found.map(({ stateMachineVersionArn: arn = '', creationDate = new Date() }) => ({
    arn,
    madeAt: creationDate,
  }));
}

interface Route {
  readonly alias: string;
  readonly version: string;
  readonly weight: number;
  readonly since: Date | undefined;
}

async function readRoutes(sfn: SFNClient, machine: string): Promise<Route[]> {
  const aliases = await allPages(async (nextToken) => {
    const { stateMachineAliases = [], ...page } = await sfn.send(
      new ListStateMachineAliasesCommand({ stateMachineArn: machine, maxResults: 1000, nextToken }),
    );
    return { items: stateMachineAliases, nextToken: page.nextToken };
  });
  const described = await inBatches(aliases, 10, ({ stateMachineAliasArn }) =>
    sfn.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn })),
  );
  return described.flatMap(({ name: alias = '', updateDate: since, routingConfiguration = [] }) =>
    routingConfiguration.map(({ stateMachineVersionArn: version = '', weight = 0 }) => ({
      alias,
      version,
      weight,
      since,
    })),
  );
}

async function allPages<T>(
  read: (nextToken: string | undefined) => Promise<{ items: T[]; nextToken: string | undefined }>,
): Promise<T[]> {
  const found: T[] = [];
  let nextToken: string | undefined;
  do {
    const page = await read(nextToken);
    found.push(...page.items);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}
