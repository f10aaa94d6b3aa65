/** What calls of AWS need of IAM, and what a role has: so that the two can be compared before a deployment does. */
import { type Account, arnOf, type Deployed } from './resolved';
import type { Shape } from './shapes';

/** A call of AWS, as the SDKs name it: `dynamodb`, `putItem`. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: Shape;
}

export interface Permission {
  readonly action: string;
  /** An ARN. `*` and `?` are IAM's. */
  readonly resource: string;
}

export interface Need extends Permission {
  /** May be had, but nothing fails without it. */
  readonly optional?: true;
}

/** Where IAM's prefix is not the service's name. */
const prefixes: Readonly<Record<string, string>> = {
  sfn: 'states',
  eventbridge: 'events',
  cloudwatchlogs: 'logs',
  sesv2: 'ses',
};

/** What a call needs on what it names, the key of an encrypted resource included. */
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
        // Without it a file that is not there is "access denied".
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

/** Whether a field has a value; one that is undefined has none. */
const isGiven = (shape: Shape | undefined): boolean =>
  shape !== undefined && (shape.texts.length > 0 || Object.keys(shape.fields).length > 0);

const textsOf = (shape: Shape | undefined): readonly string[] => shape?.texts ?? [];

/** The ARNs of what a call is about, by the fields that name it; `*` when none of them is known. */
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
    ...named('FunctionName', (name) => arnOf('lambda', `function/${name}`)),
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

/** Whoever reads or writes what a key of ours seals uses the key. */
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

/** The ARN of the key that seals a topic, a queue or a table; none when AWS's own does. */
const keyOf = ({ properties }: Deployed): string | undefined =>
  /"(?:KmsMasterKeyId|KMSMasterKeyId)":"(arn:[^"]+)"/.exec(JSON.stringify(properties))?.[1];

/** What a role may do, but for what AWS forces to be on `*`: traces, and the delivery of logs. */
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
            .flatMap((resource) =>
              endpointsIn(Condition).map((end) => ({ action, resource: resource + end })),
            ),
        ),
    );

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/** Which endpoints a permission to call an API is for, as ` POST https://…` after the ARN. */
const endpointsIn = (condition: Statement['Condition']): string[] => {
  if (!condition) return [''];
  const keys = Object.assign({}, ...Object.values(condition));
  const methods = [keys['states:HTTPMethod'] ?? '*'].flat();
  const endpoints = [keys['states:HTTPEndpoint'] ?? '*'].flat();
  return methods.flatMap((method) => endpoints.map((endpoint) => endpointOf(method, endpoint)));
};

export const endpointOf = (method: string, endpoint: string): string => ` ${method} ${endpoint}`;

/** Whether there is something that both patterns match. */
const meet = (a: string, b: string): boolean => {
  if (a === '' || b === '') return /^\**$/.test(a + b);
  if (a[0] === '*') return meet(a.slice(1), b) || meet(a, b.slice(1));
  if (b[0] === '*') return meet(b, a);
  return (a[0] === b[0] || a[0] === '?' || b[0] === '?') && meet(a.slice(1), b.slice(1));
};

const serves = (one: Permission, other: Permission) =>
  one.action === other.action && meet(one.resource, other.resource);

/** What is needed and not had, and what is had and not needed. */
export const compared = <N extends Need>(needed: readonly N[], had: readonly Permission[]) => ({
  missing: needed.filter((need) => !need.optional && !had.some((permission) => serves(permission, need))),
  unused: had.filter((permission) => !needed.some((need) => serves(need, permission))),
});
