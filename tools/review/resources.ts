/** What becomes of each resource: new, changed, replaced, gone; and of what it holds. */
import type { App, Resource } from './app';
import { canonical, type Difference, differencesOf } from './leaves';
import type { Spec } from './spec';

/** A resource that goes. */
export interface Loss {
  readonly resource: Resource;
  /** The one in its place, if there is one. */
  readonly successor: Resource | undefined;
  /** Whether CloudFormation may also manage without: it depends on what else is changed. */
  readonly isPossible: boolean;
  /** The property that makes it so. */
  readonly property: string | undefined;
  /** `KeySchema cannot be changed`. */
  readonly reason: string;
  /** Whether it stays in the account, used by nothing. Otherwise it is deleted. */
  readonly stays: boolean;
  /** Why the deployment will stop there, if it will. */
  readonly obstacle: string | undefined;
}

export interface Changed {
  readonly resource: Resource;
  readonly before: Resource;
  readonly differences: readonly Difference[];
}

export interface ResourceChanges {
  readonly added: readonly Resource[];
  readonly losses: readonly Loss[];
  /** Also of those that are replaced. */
  readonly changed: readonly Changed[];
  /** Stacks that the app no longer has: `cdk deploy` leaves them as they are. */
  readonly abandoned: readonly string[];
}

/** Published at each change of what they are versions of, and kept. */
const VERSIONS = new Set(['AWS::Lambda::Version', 'AWS::StepFunctions::StateMachineVersion']);

/** What is lost with a resource of a type. Of the others nothing is: they are made anew as they were. */
const HOLDS: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'its items',
  'AWS::DynamoDB::GlobalTable': 'its items',
  'AWS::S3::Bucket': 'its files',
  'AWS::SQS::Queue': 'its messages',
  'AWS::SNS::Topic': 'its subscriptions',
  'AWS::KMS::Key': 'what only it decrypts',
  'AWS::Logs::LogGroup': 'its logs',
  'AWS::SecretsManager::Secret': 'its value',
  'AWS::Events::Connection': 'its credentials',
  'AWS::Lambda::Function': 'all its versions',
  'AWS::StepFunctions::StateMachine': 'its executions, also those that run',
};

/** What a resource holds that a new one would not; undefined if nothing. */
export const heldBy = ({ type }: Resource): string | undefined => HOLDS[type];

export function resourceChanges(before: App, after: App, spec: Spec): ResourceChanges {
  const abandoned = Object.entries(before.stacks).flatMap(([id, { stackName }]) =>
    after.stacks[id]?.stackName === stackName ? [] : [id],
  );
  const isCompared = ({ stack, type }: Resource) => !abandoned.includes(stack) && !VERSIONS.has(type);
  const [old, now] = [before, after].map((app) => [...app.resources.values()].filter(isCompared));
  const removed = (old ?? []).filter(({ key, type }) => after.resources.get(key)?.type !== type);
  const added = (now ?? []).filter(({ key, type }) => before.resources.get(key)?.type !== type);
  const changed = (now ?? []).flatMap((resource): Changed[] => {
    const earlier = before.resources.get(resource.key);
    if (earlier?.type !== resource.type) return [];
    const differences = differencesOf(earlier.properties, resource.properties);
    return differences.length > 0 ? [{ resource, before: earlier, differences }] : [];
  });

  const renamed = renamedOnes(removed, added);
  const gone = removed.map((resource) => goneFor(resource, added, renamed.get(resource.key)));
  const replaced = replacements(
    changed,
    before,
    after,
    spec,
    new Set(gone.flatMap(({ successor }) => successor?.key ?? [])),
  );
  const successors = new Set(gone.map(({ successor }) => successor));
  return {
    abandoned,
    added: added.filter((resource) => !successors.has(resource)),
    changed,
    losses: [...gone, ...replaced].map((loss) => ({ ...loss, obstacle: obstacleTo(loss, before, spec) })),
  };
}

/** What has another logical id is another resource to CloudFormation, also when it is the same construct renamed. */
function goneFor(
  resource: Resource,
  added: readonly Resource[],
  renamed: Resource | undefined,
): Omit<Loss, 'obstacle'> {
  const sameName = added.find(({ type, name }) => type === resource.type && name === resource.name);
  return {
    resource,
    successor: sameName ?? renamed,
    isPossible: false,
    property: undefined,
    reason: sameName
      ? 'its logical id is another'
      : renamed
        ? `the construct is now ${renamed.name}: with another path, it is another resource`
        : 'no longer in the app',
    stays: resource.stays.removed,
  };
}

/** By the key of one that is gone, the new one that differs from it in names alone. Where several do, none is it. */
function renamedOnes(removed: readonly Resource[], added: readonly Resource[]): Map<string, Resource> {
  const like = ({ type, stack, properties }: Resource) =>
    [type, stack, canonical(properties).replaceAll(/<[^>]*>/g, '')].join('\n');
  const groups = new Map<string, { old: Resource[]; now: Resource[] }>();
  const groupOf = (resource: Resource) => {
    const group = groups.get(like(resource)) ?? { old: [], now: [] };
    groups.set(like(resource), group);
    return group;
  };
  for (const resource of removed) groupOf(resource).old.push(resource);
  for (const resource of added) groupOf(resource).now.push(resource);
  return new Map(
    [...groups.values()].flatMap(({ old: [old, ...others], now: [now, ...more] }) =>
      old && now && others.length + more.length === 0 ? [[old.key, now]] : [],
    ),
  );
}

/** Also what refers, where it cannot change, to something that is replaced. */
function replacements(
  changed: readonly Changed[],
  before: App,
  after: App,
  spec: Spec,
  anew: ReadonlySet<string>,
): Omit<Loss, 'obstacle'>[] {
  const losses = new Map<string, Omit<Loss, 'obstacle'>>();
  const consider = (resource: Resource, properties: readonly string[], why: (property: string) => string) => {
    const ways = properties.map((property) => [property, spec.replacement(resource.type, property)] as const);
    const [property, way] =
      ways.find(([, way]) => way === 'yes') ?? ways.find(([, way]) => way === 'maybe') ?? [];
    const old = before.resources.get(resource.key);
    if (property === undefined || !old || losses.has(resource.key)) return;
    losses.set(resource.key, {
      resource: old,
      successor: resource,
      isPossible: way === 'maybe',
      property,
      reason: why(property),
      stays: resource.stays.replaced,
    });
  };
  for (const { resource, differences } of changed) {
    const properties = differences.map(({ path }) => path.split('.')[0] ?? '');
    consider(resource, properties, (property) => `${property} cannot be changed`);
  }
  for (let size = -1; size !== losses.size; ) {
    size = losses.size;
    for (const resource of after.resources.values()) {
      if (VERSIONS.has(resource.type) || anew.has(resource.key)) continue;
      const isNew = (key: string) =>
        key !== resource.key && (losses.get(key)?.isPossible === false || anew.has(key));
      const properties = Object.entries(resource.references).flatMap(([name, keys]) =>
        keys.some(isNew) ? [name] : [],
      );
      consider(resource, properties, (property) => `${property} refers to what is replaced`);
    }
  }
  return [...losses.values()];
}

/** CloudFormation makes the new one first, and removes no export that another stack uses. */
function obstacleTo(
  { resource, successor }: Omit<Loss, 'obstacle'>,
  before: App,
  spec: Spec,
): string | undefined {
  const named = spec.identifiers(resource.type).find((property) => isName(resource, property));
  if (successor && named && successor.properties[named] === resource.properties[named])
    return `both have the ${named} ${resource.properties[named]}, and the new one is made first`;
  const importers = before.outputs
    .filter(({ references }) => references.includes(resource.key))
    .flatMap(({ importedBy }) => importedBy);
  return importers.length > 0
    ? `what is exported of it is imported by ${[...new Set(importers)].join(', ')}`
    : undefined;
}

const isName = ({ properties }: Resource, property: string): boolean =>
  typeof properties[property] === 'string' && !String(properties[property]).startsWith('<');
