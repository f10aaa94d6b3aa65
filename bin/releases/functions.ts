// Finds the versions of functions that no release needs any more.

import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { Stacks } from '../cli/stacks';
import { resourcesOf } from './machines';
import type { Rule } from './survey';

export interface FunctionVersion {
  /** The function's construct: `ChargeCard`. */
  readonly name: string;
  /** The function as Lambda knows it. */
  readonly functionName: string;
  readonly number: number;
}

/**
 * The versions that are old enough, are not among their function's newest, and that neither an alias, a stack nor
 * `needed` names. The newest first.
 *
 * @param needed ARNs with version
 */
export async function surplusFunctions(
  stacks: Pick<Stacks, 'resources'>,
  lambda: LambdaClient,
  needed: ReadonlySet<string>,
  rule: Rule,
  tell: (text: string) => void,
): Promise<FunctionVersion[]> {
  const deployed = await resourcesOf(stacks, 'AWS::Lambda::Version');
  const stays = new Set([...needed, ...deployed.map(({ physicalId }) => physicalId)]);
  const found: FunctionVersion[] = [];
  for (const { id, physicalId } of await resourcesOf(stacks, 'AWS::Lambda::Function')) {
    const name = id.replace(/[0-9A-F]{8}$/, '');
    tell(`Reading the versions of the function ${name} …`);
    const [versions, aliased] = await Promise.all([
      publishedVersions(lambda, physicalId),
      aliasedVersions(lambda, physicalId),
    ]);
    found.push(
      ...versions
        .sort((a, b) => b.number - a.number)
        // Kept for their alias to go back to: nothing says since when it names another.
        .slice(rule.keep)
        .filter(({ number }) => !aliased.has(number))
        .filter(({ arn }) => !stays.has(arn))
        .filter(({ madeAt }) => rule.now.getTime() - madeAt.getTime() >= rule.unusedFor)
        .map(({ number }) => ({ name, functionName: physicalId, number })),
    );
  }
  return found;
}

async function publishedVersions(lambda: LambdaClient, FunctionName: string) {
  const { paginateListVersionsByFunction } = await import('@aws-sdk/client-lambda');
  const found: { number: number; arn: string; madeAt: Date }[] = [];
  for await (const { Versions = [] } of paginateListVersionsByFunction(
    { client: lambda },
    { FunctionName },
  )) {
    for (const { Version, FunctionArn: arn = '', LastModified } of Versions)
      if (Version !== '$LATEST')
        found.push({ number: Number(Version), arn, madeAt: new Date(LastModified ?? Number.NaN) });
  }
  return found;
}

async function aliasedVersions(lambda: LambdaClient, FunctionName: string): Promise<Set<number>> {
  const { paginateListAliases } = await import('@aws-sdk/client-lambda');
  const found = new Set<number>();
  for await (const { Aliases = [] } of paginateListAliases({ client: lambda }, { FunctionName })) {
    for (const { FunctionVersion, RoutingConfig } of Aliases)
      for (const version of [FunctionVersion, ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {})])
        found.add(Number(version));
  }
  return found;
}
