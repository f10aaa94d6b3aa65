// Nested workflows: states:startExecution, plain, with .sync and with .sync:2.
import { randomUUID } from 'node:crypto';
import { parseStateMachineArn } from '../api/arns';
import { ApiError } from '../api/protocol';
import type { TaskCall } from '../types';
import { argumentsOf, asText, onlyFields, requiredText } from './arguments';
import { type ErrorNaming, failureOf, TaskFailure, wordCause } from './failure';
import type { ChildExecution, Integration, IntegrationContext } from './types';

const OPTIMISED: ErrorNaming = {
  prefix: 'StepFunctions',
  generic: 'AWSStepFunctionsException',
  service: 'AWSStepFunctions',
  wording: 'optimised',
};

/** The EventBridge rule by which Step Functions learns that a child has ended. Roles need permission for its ARN. */
const MANAGED_RULE = 'StepFunctionsGetEventsForStepFunctionsExecutionRule';

export const startExecution: Integration = async (call, context) =>
  started(await start(call, context, OPTIMISED));

const started = ({ execution }: ChildExecution) => ({
  ExecutionArn: execution.arn,
  StartDate: execution.startDate.getTime(),
  SdkHttpMetadata: { HttpStatusCode: 200 },
  SdkResponseMetadata: { RequestId: randomUUID() },
});

/**
 * Starts a child and waits for its end. A parent that is stopped or times out stops the child.
 *
 * @param read converts the JSON of the child's input and output for the result
 */
export const startExecutionSync =
  (read: (text: string) => unknown): Integration =>
  async (call, context) => {
    await requirePermission(context, 'events:PutRule', ruleArn(context.stateMachineArn));
    const child = await start(call, context, OPTIMISED);
    call.submitted(started(child));
    // Best effort, as on AWS: the parent has ended and ignores a failure.
    const stop = () => void stopChild(child, context).catch(() => {});
    call.signal.addEventListener('abort', stop, { once: true });
    if (call.signal.aborted) stop();
    const result = await child.execution.done();
    call.signal.removeEventListener('abort', stop);
    await requirePermission(context, 'states:DescribeExecution', child.execution.arn);
    const description = inPascalCase(child.describe(), (date) => date.getTime());
    if (result.status !== 'SUCCEEDED')
      throw new TaskFailure('States.TaskFailed', JSON.stringify(description));
    const { Input, Output } = description;
    return { ...description, Input: read(String(Input)), Output: read(String(Output)) };
  };

export async function start(
  call: TaskCall,
  context: IntegrationContext,
  naming: ErrorNaming,
): Promise<ChildExecution> {
  const args = argumentsOf(call.arguments);
  onlyFields(args, ['StateMachineArn', 'Input', 'Name', 'TraceHeader']);
  const stateMachineArn = requiredText(args, 'StateMachineArn');
  try {
    // IAM compares the state machine's own ARN; a version or an alias is the condition.
    const { arn, qualifier } = parseStateMachineArn(stateMachineArn);
    await requirePermission(context, 'states:StartExecution', arn, {
      naming,
      ...(qualifier !== undefined && { conditions: { 'states:StateMachineQualifier': qualifier } }),
    });
    return await context.executions.start({
      stateMachineArn,
      name: args.Name === undefined ? undefined : requiredText(args, 'Name'),
      input: args.Input === undefined ? undefined : asText(args.Input),
    });
  } catch (error) {
    throw apiFailure(error, naming);
  }
}

/** Converts an error of the Step Functions API to a task's failure. */
export function apiFailure(error: unknown, naming: ErrorNaming): unknown {
  if (error instanceof Error && error.name === 'TimeoutError') return failureOf(error, naming);
  if (!(error instanceof ApiError)) return error;
  const { name, message, httpStatus: status } = error;
  const cause = wordCause({ name, message, status, requestId: randomUUID() }, naming);
  // The API's model has no errors of the server.
  if (status >= 500) return new TaskFailure(`${naming.prefix}.${naming.generic}`, cause);
  return new TaskFailure(`${naming.prefix}.${name.replace(/(?:Exception)?$/, 'Exception')}`, cause);
}

async function stopChild({ execution }: ChildExecution, context: IntegrationContext): Promise<void> {
  const { allowed } = await context.role.may('states:StopExecution', execution.arn);
  if (allowed && execution.status === 'RUNNING') execution.stop();
}

/** Throws AWS's refusal, which names the action and the resource, unless the role has the permission. */
export async function requirePermission(
  { role }: IntegrationContext,
  action: string,
  resource: string,
  { conditions, naming = OPTIMISED }: { conditions?: Record<string, string>; naming?: ErrorNaming } = {},
): Promise<void> {
  const { allowed, reason } = await role.may(action, resource, conditions);
  if (allowed) return;
  const answer = { name: 'AccessDeniedException', message: reason, status: 400, requestId: randomUUID() };
  throw new TaskFailure(`${naming.prefix}.${naming.generic}`, wordCause(answer, naming));
}

const ruleArn = (stateMachineArn: string) =>
  stateMachineArn.replace(':states:', ':events:').replace(/:stateMachine:.*/, `:rule/${MANAGED_RULE}`);

/** The API's members as integrations return them: capitalised, dates converted by `dated`. */
export function inPascalCase(
  value: Record<string, unknown>,
  dated: (date: Date) => unknown,
): Record<string, unknown> {
  const shown = (member: unknown): unknown => {
    if (member instanceof Date) return dated(member);
    if (Array.isArray(member)) return member.map(shown);
    return typeof member === 'object' && member !== null ? inPascalCase({ ...member }, dated) : member;
  };
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      member === undefined ? [] : [[`${key.charAt(0).toUpperCase()}${key.slice(1)}`, shown(member)]],
    ),
  );
}
