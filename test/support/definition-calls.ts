/** The IAM permissions that a state machine needs, read from its definition with the values of a stage. */

import { machineArn as withoutQualifier } from '../../contracts/names';
import { isObject, type Json, type JsonObject } from '../../lib/workflow/json';
import { isExpression, treeOf } from '../../lib/workflow/language/expressions';
import { allStatesOf, type Named } from '../../lib/workflow/language/machines';
import { endpointOf, type Need, needsOf } from './permissions';
import { type Account, arnOf } from './resolved';
import { anyOf, joined, nothing, type Shape, text, unknown } from './shapes';

export interface StateNeed extends Need {
  readonly state: string;
}

/** @param definition with values for its placeholders */
export const needsOfMachine = (definition: JsonObject, machineArn: string, account: Account): StateNeed[] => {
  const states = allStatesOf(definition);
  const variables = variablesIn(states);
  return states.flatMap(({ name, state }) =>
    [
      ...(typeof state.Resource === 'string'
        ? needsOfTask(state.Resource, shapeOf(state.Arguments, variables), machineArn, account)
        : []),
      ...needsOfMap(state, machineArn, variables, account),
    ].map((need) => ({ ...need, state: name })),
  );
};

const needsOfTask = (resource: string, input: Shape, machineArn: string, account: Account): Need[] => {
  if (resource.startsWith('arn:aws:lambda:')) return [{ action: 'lambda:InvokeFunction', resource }];
  const [, service = '', operation = '', pattern = ''] =
    /^arn:aws:states:::(?:aws-sdk:)?(\w+):(\w+)(\.[\w:]+)?$/.exec(resource) ?? [];
  if (service === 'http') return needsOfHttp(input, machineArn, account);
  const call = { service: service === 'states' ? 'sfn' : service, operation, input };
  const isWaitedFor = service === 'states' && pattern.startsWith('.sync');
  return [...needsOf(call, account), ...(isWaitedFor ? needsOfWaiting(input) : [])];
};

/** For `.sync`: to wait for a nested execution, and to stop it. AWS uses one EventBridge rule for all machines. */
const needsOfWaiting = ({ fields }: Shape): Need[] => {
  const rule = arnOf('events', 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule');
  return [
    ...(fields.StateMachineArn?.texts ?? []).flatMap((arn) => followingOf(withoutQualifier(arn))),
    ...['events:PutTargets', 'events:PutRule', 'events:DescribeRule'].map((action) => ({
      action,
      resource: rule,
    })),
  ];
};

const executionsOf = (machineArn: string, children = ''): string =>
  `${machineArn.replace(':stateMachine:', ':execution:')}${children}:*`;

const followingOf = (machineArn: string): Need[] =>
  ['states:DescribeExecution', 'states:StopExecution'].map((action) => ({
    action,
    resource: executionsOf(machineArn),
  }));

const needsOfHttp = ({ fields }: Shape, machineArn: string, account: Account): Need[] => {
  const config = fields.InvocationConfig ?? fields.Authentication;
  const methods = fields.Method?.texts ?? ['*'];
  const endpoints = fields.ApiEndpoint?.texts ?? ['*'];
  return [
    ...methods.flatMap((method) =>
      endpoints.map((endpoint) => ({
        action: 'states:InvokeHTTPEndpoint',
        resource: machineArn + endpointOf(method, endpoint),
      })),
    ),
    ...(config?.fields.ConnectionArn?.texts ?? []).flatMap((connection) => [
      { action: 'events:RetrieveConnectionCredentials', resource: connection },
      ...['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'].map((action) => ({
        action,
        resource: arnOf(
          'secretsmanager',
          `secret:events!connection/${account.find(connection)?.ref}/0a1b-Xy12`,
        ),
      })),
    ]),
  ];
};

/** To start executions of its own machine, to read items and to write results. */
const needsOfMap = (
  state: JsonObject,
  machineArn: string,
  variables: Variables,
  account: Account,
): Need[] => {
  const { ItemProcessor, ItemReader, ResultWriter, Label } = state;
  const isDistributed =
    isObject(ItemProcessor) &&
    isObject(ItemProcessor.ProcessorConfig) &&
    ItemProcessor.ProcessorConfig.Mode === 'DISTRIBUTED';
  const callOf = (part: Json | undefined, operations: readonly string[]) =>
    isObject(part)
      ? operations.flatMap((operation) =>
          needsOf({ service: 's3', operation, input: shapeOf(part.Arguments, variables) }, account),
        )
      : [];
  const reads = isObject(ItemReader) && String(ItemReader.Resource).endsWith(':s3:getObject');
  return [
    ...(isDistributed
      ? [
          { action: 'states:StartExecution', resource: machineArn },
          ...followingOf(machineArn),
          { action: 'states:RedriveExecution', resource: executionsOf(machineArn, `/${Label}`) },
        ]
      : []),
    ...callOf(ItemReader, [reads ? 'getObject' : 'listObjectsV2']),
    ...callOf(ResultWriter, ['putObject', 'getObject', 'abortMultipartUpload', 'listMultipartUploadParts']),
  ].filter(({ action }) => action !== 's3:ListBucket' || !reads);
};

/** The possible values of each variable: all that are assigned to it. */
type Variables = ReadonlyMap<string, Shape>;

const variablesIn = (states: readonly Named[]): Variables => {
  const variables = new Map<string, Shape>();
  const assigned = states.flatMap(({ state }) =>
    [state, state.Catch, state.Choices]
      .flat()
      .flatMap((part) => (isObject(part) && isObject(part.Assign) ? [part.Assign] : [])),
  );
  // In order, because a value may refer to earlier variables.
  for (const [name, value] of assigned.flatMap((each) => Object.entries(each))) {
    variables.set(name, anyOf([variables.get(name) ?? nothing, shapeOf(value, variables)]));
  }
  return variables;
};

const shapeOf = (value: Json | undefined, variables: Variables): Shape => {
  if (typeof value === 'string') return isExpression(value) ? result(treeOf(value), variables) : text(value);
  if (Array.isArray(value)) return anyOf(value.map((item) => shapeOf(item, variables)));
  if (!isObject(value)) return unknown;
  const fields = Object.entries(value).map(([name, field]) => [name, shapeOf(field, variables)]);
  return { texts: [], fields: Object.fromEntries(fields) };
};

/** The possible values of an expression, as far as its literals and its variables show. */
const result = (node: unknown, variables: Variables): Shape => {
  const { type, value, lhs, rhs, ...parts } = Object(node);
  const all = (nodes: unknown) => list(nodes).map((each) => result(each, variables));
  switch (`${type} ${value}`) {
    case 'unary {':
      return objectOf(list(lhs), variables);
    case 'unary [':
      return anyOf(all(parts.expressions));
    case 'binary &':
      return joined(result(lhs, variables), result(rhs, variables));
  }
  switch (type) {
    case 'string':
      return text(value);
    case 'variable':
      return variables.get(value) ?? unknown;
    case 'path':
      return along(list(parts.steps), variables);
    case 'condition':
      return anyOf(all([parts.then, parts.else]));
    case 'block':
      return all(parts.expressions).at(-1) ?? unknown;
    case 'function':
      // The results of $merge, $append and $map consist of their arguments.
      return anyOf([unknown, ...all(parts.arguments)]);
    default:
      return unknown;
  }
};

const objectOf = (pairs: readonly unknown[], variables: Variables): Shape => {
  const fields = pairs.flatMap((pair) => {
    const [key, field] = list(pair);
    const { type, value } = Object(key);
    return type === 'string' ? [[value, result(field, variables)]] : [];
  });
  return { texts: [], fields: Object.fromEntries(fields) };
};

/** The value of a path: of its last step for `$order.items.{…}`, of a field for `$account.table`. */
const along = ([first, ...steps]: readonly unknown[], variables: Variables): Shape =>
  steps.reduce<Shape>(
    (shape, step) => {
      const { type, value } = Object(step);
      return type === 'name' ? (shape.fields[value] ?? unknown) : result(step, variables);
    },
    result(first, variables),
  );

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
