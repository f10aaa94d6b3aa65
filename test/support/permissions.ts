/** Compares the IAM permissions that calls of AWS need with those that a role has. */
import { type Account, arnOf, type Deployed } from './resolved';
import type { Shape } from './shapes';

/** A call of AWS with the SDK's names, e.g. `dynamodb` and `putItem`. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: Shape;
}

export interface Permission {
  readonly action: string;
  /** An ARN, with IAM's wildcards `*` and `?`. */
  readonly resource: string;
}

export interface Need extends Permission {
  /** The call works without it. */
  readonly optional?: true;
}

/** IAM's prefixes that differ from the SDK's name of the service. */
const prefixes: Readonly<Record<string, string>> = {
  sfn: 'states',
  eventbridge: 'events',
  cloudwatchlogs: 'logs',
  sesv2: 'ses',
};

/** The permissions for a call, including those for the key of an encrypted resource. */
export const needsOf = ({ service, operation, input }: Call, account: Account): Need[] => {
  const prefix = prefixes[service] ?? service;
  const own = `${prefix}:${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
  const needs = (actions: readonly string[], shape: Shape = input) =>
    resourcesIn(shape, account).flatMap((resource) => actions.map((action): Need => ({ action, resource })));
  switch (own) {
    case 'dynamodb:TransactWriteItems':
    case 'dynamodb:TransactGetItems':
      return Object.entries(input.fields.TransactItems?.fields ?? {}).flatMap(([kind, item]) =>
        withKeys(needs([`dynamodb:${kind}Item`], item), account),
      );
    case 'dynamodb:CreateTable':
      return needs([own, ...(isGiven(input.fields.Tags) ? ['dynamodb:TagResource'] : [])]);
    case 's3:GetObject':
    case 's3:HeadObject':
      return [
        ...needs(['s3:GetObject', ...(isGiven(input.fields.VersionId) ? ['s3:GetObjectVersion'] : [])]),
        // Without it, S3 reports a missing object as "access denied".
        ...bucketsIn(input).map((resource): Need => ({ action: 's3:ListBucket', resource, optional: true })),
      ];
    case 's3:ListObjectsV2':
      return bucketsIn(input).map((resource) => ({ action: 's3:ListBucket', resource }));
    case 's3:CreateMultipartUpload':
    case 's3:UploadPart':
    case 's3:CompleteMultipartUpload':
      return needs(['s3:PutObject']);
    case 'lambda:Invoke':
      return needs(['lambda:InvokeFunction']);
    default:
      return withKeys(needs([own]), account);
  }
};

/** Whether a field has a value. */
const isGiven = (shape: Shape | undefined): boolean =>
  shape !== undefined && (shape.texts.length > 0 || Object.keys(shape.fields).length > 0);

const textsOf = (shape: Shape | undefined): readonly string[] => shape?.texts ?? [];

/** The ARNs of a call's resources, from the fields that name them; `*` when none is known. */
const resourcesIn = ({ fields }: Shape, account: Account): readonly string[] => {
  const named = (field: string, arn: (name: string) => string) =>
    textsOf(fields[field]).map((name) =>
      name.startsWith('arn:') ? name : (account.find(name)?.arn ?? arn(name)),
    );
  const found = [
    ...named('TableName', (name) => arnOf('dynamodb', `table/${name}`)),
    ...named('TopicArn', (name) => name),
    ...named('QueueUrl', (name) => name),
    ...named('StateMachineArn', (name) => name),
    ...named('ExecutionArn', (name) => name),
    ...named('stateMachineArn', (name) => name),
    ...named('FunctionName', (name) => arnOf('lambda', `function:${name}`)),
    ...named('KeyId', (name) => name),
    ...named('SecretId', (name) => arnOf('secretsmanager', `secret:${name}-??????`)),
    ...textsOf(fields.FromEmailAddress).map((address) =>
      arnOf('ses', `identity/${address.slice(address.indexOf('@') + 1)}`),
    ),
    ...bucketsIn({ texts: [], fields }).flatMap((bucket) =>
      (fields.Key?.texts.length ? fields.Key.texts : ['*']).map((key) => `${bucket}/${key}`),
    ),
  ];
  return found.length > 0 ? found : ['*'];
};

const bucketsIn = ({ fields }: Shape): string[] =>
  textsOf(fields.Bucket).map((name) => `arn:aws:s3:::${name}`);

/** Adds the permissions to use the key of an encrypted resource. */
const withKeys = (needs: readonly Need[], account: Account): Need[] =>
  needs.flatMap((need) => {
    const resource = account.find(need.resource);
    const key = resource && keyOf(resource);
    if (!key) return [need];
    return [need, ...keyActions(need.action).map((action) => ({ action, resource: key }))];
  });

const keyActions = (action: string): string[] => {
  if (!action.startsWith('dynamodb:')) return ['kms:Decrypt', 'kms:GenerateDataKey'];
  return /:(Get|Batch|Query|Scan)/.test(action)
    ? ['kms:Decrypt']
    : ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'];
};

/** The ARN of the key that encrypts a topic, a queue or a table; undefined for a key of AWS. */
const keyOf = ({ properties }: Deployed): string | undefined =>
  /"(?:KmsMasterKeyId|KMSMasterKeyId)":"(arn:[^"]+)"/.exec(JSON.stringify(properties))?.[1];

/** A role's permissions, except for traces and the delivery of logs, which AWS allows on `*` only. */
export const permissionsOf = (roleArn: string, account: Account): Permission[] =>
  account.resources
    .filter(
      ({ type, properties: { Roles } }) =>
        type === 'AWS::IAM::Policy' &&
        Array.isArray(Roles) &&
        Roles.some((role) => account.find(String(role))?.arn === roleArn),
    )
    .flatMap(({ properties }) => (properties.PolicyDocument as { Statement: Statement[] }).Statement)
    .filter(({ Effect, Resource }) => Effect === 'Allow' && Resource !== '*')
    .flatMap(({ Action, Resource, Condition }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          [Resource]
            .flat()
            .flatMap((resource) => endingsIn(Condition).map((end) => ({ action, resource: resource + end }))),
        ),
    );

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/**
 * What a permission is limited to, as it follows the ARN: for HTTP Tasks their endpoints (` POST https://…`), for the
 * start of a machine the version or alias (`:live`).
 */
const endingsIn = (condition: Statement['Condition']): string[] => {
  if (!condition) return [''];
  const keys = Object.assign({}, ...Object.values(condition));
  const qualifiers = keys['states:StateMachineQualifier'];
  if (qualifiers !== undefined) return [qualifiers].flat().map((qualifier) => `:${qualifier}`);
  const methods = [keys['states:HTTPMethod'] ?? '*'].flat();
  const endpoints = [keys['states:HTTPEndpoint'] ?? '*'].flat();
  return methods.flatMap((method) => endpoints.map((endpoint) => endpointOf(method, endpoint)));
};

export const endpointOf = (method: string, endpoint: string): string => ` ${method} ${endpoint}`;

/** Whether some text matches both patterns. */
const meet = (a: string, b: string): boolean => {
  if (a === '' || b === '') return /^\**$/.test(a + b);
  if (a[0] === '*') return meet(a.slice(1), b) || meet(a, b.slice(1));
  if (b[0] === '*') return meet(b, a);
  return (a[0] === b[0] || a[0] === '?' || b[0] === '?') && meet(a.slice(1), b.slice(1));
};

const serves = (one: Permission, other: Permission) =>
  one.action === other.action && meet(one.resource, other.resource);

/** The missing and the unused permissions. */
export const compared = <N extends Need>(needed: readonly N[], had: readonly Permission[]) => ({
  missing: needed.filter((need) => !need.optional && !had.some((permission) => serves(permission, need))),
  unused: had.filter((permission) => !needed.some((need) => serves(need, permission))),
});
