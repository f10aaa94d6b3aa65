// aws-sdk:sfn:<operation>: the Step Functions API, as this server implements it.
import { argumentsOf } from './arguments';
import { operationOf, sdkNaming } from './aws-sdk';
import { notRecognized, TaskFailure } from './failure';
import { apiFailure, inPascalCase, requirePermission, start } from './step-functions';
import type { Integration } from './types';

const NAMING = sdkNaming('Sfn');

export const awsSdkSfn: Integration = async (call, context) => {
  const args = argumentsOf(call.arguments);
  const operation = operationOf(call.resource).replace(/^./, (first) => first.toUpperCase());
  if (operation === 'StartExecution') {
    if (args.Input !== undefined && typeof args.Input !== 'string') {
      throw new TaskFailure('States.Runtime', `The field 'Input' must be a string.`);
    }
    const { execution } = await start(call, context, NAMING);
    return { ExecutionArn: execution.arn, StartDate: execution.startDate.toISOString() };
  }
  const operate = context.stepFunctions(operation);
  if (!operate) throw notRecognized(call.resource);
  // Operations with a task token have no ARN.
  const resource = Object.values(args).find((value) => typeof value === 'string' && value.startsWith('arn:'));
  await requirePermission(context, `states:${operation}`, String(resource ?? context.stateMachineArn), {
    naming: NAMING,
  });
  try {
    return inPascalCase(await operate(inCamelCase(args)), (date) => date.toISOString());
  } catch (error) {
    throw apiFailure(error, NAMING);
  }
};

const inCamelCase = (args: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(args).map(([key, value]) => [`${key.charAt(0).toLowerCase()}${key.slice(1)}`, value]),
  );
