// aws-sdk:dynamodb:<operation>: any operation, with member names as in the AWS SDK for Java 2.x.
import { argumentsOf } from './arguments';
import { operationOf, plainResult, sdkNaming } from './aws-sdk';
import { asServiceError, failureOf, notRecognized, TaskFailure, wordCause } from './failure';
import type { Integration } from './types';

const NAMING = sdkNaming('DynamoDb');

export const awsSdkDynamoDb: Integration = async (call, { aws }) => {
  const operation = operationOf(call.resource);
  if (!(await aws.has('dynamodb', operation))) throw notRecognized(call.resource);
  const members = /table|backup/i.test(operation) ? TABLE_MEMBERS : {};
  const input = toServiceNames(argumentsOf(call.arguments), members);
  const output = await aws.call('dynamodb', operation, input, call.signal).catch((error: unknown) => {
    throw transactionCancelled(error) ?? failureOf(error, NAMING);
  });
  return renamed(await plainResult(output), inverse(members), inverse(TYPES));
};

/** The cause lists the reason of each item, in order, in brackets. Definitions test it for conflicts and shortage. */
function transactionCancelled(error: unknown): TaskFailure | undefined {
  const answer = asServiceError(error);
  if (!(error instanceof Error) || answer?.name !== 'TransactionCanceledException') return undefined;
  const reasons: unknown = Reflect.get(error, 'CancellationReasons');
  if (!Array.isArray(reasons)) return undefined;
  const codes = reasons.map((reason: unknown) =>
    typeof reason === 'object' && reason !== null && 'Code' in reason ? String(reason.Code) : 'None',
  );
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`;
  return new TaskFailure('DynamoDb.TransactionCanceledException', wordCause({ ...answer, message }, NAMING));
}

type Names = Readonly<Record<string, string>>;

/** Members of operations on tables that Step Functions (left) spells differently from DynamoDB (right). */
const TABLE_MEMBERS: Names = {
  SseSpecification: 'SSESpecification',
  SseSpecificationOverride: 'SSESpecificationOverride',
  SseDescription: 'SSEDescription',
  SseType: 'SSEType',
  KmsMasterKeyId: 'KMSMasterKeyId',
  KmsMasterKeyArn: 'KMSMasterKeyArn',
};

/** Likewise the types of attribute values, wherever attribute values appear. */
const TYPES: Names = { Bool: 'BOOL', Nul: 'NULL', Ss: 'SS', Ns: 'NS', Bs: 'BS' };

const inverse = (names: Names): Names =>
  Object.fromEntries(Object.entries(names).map(([left, right]) => [right, left]));

function toServiceNames(args: Readonly<Record<string, unknown>>, members: Names): unknown {
  const serviceName = Object.keys(args).find((key) => Object.values(members).includes(key));
  if (serviceName !== undefined) {
    throw new TaskFailure('States.Runtime', `The field "${serviceName}" is not supported by Step Functions`);
  }
  return renamed(args, members, TYPES);
}

function renamed(value: unknown, members: Names, types: Names): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, members, types));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, item]) => {
      // An attribute value has exactly one member, and none of these types contains an object. This leaves the names
      // of attributes unchanged.
      const type =
        entries.length === 1 && (typeof item === 'boolean' || Array.isArray(item)) ? types[key] : undefined;
      return [type ?? members[key] ?? key, renamed(item, members, types)];
    }),
  );
}
