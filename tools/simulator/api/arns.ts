// Parses and builds the ARNs of Step Functions.
import { ApiError } from './protocol';

export interface StateMachineArn {
  /** Without version or alias. */
  arn: string;
  name: string;
  /** The version number or alias, if the ARN names one. */
  qualifier: string | undefined;
  isAlias: boolean;
}

const STATE_MACHINE = /^(arn:[^:]+:states:[^:]+:\d{12}:stateMachine:([^:/]+))(?::([^:/]+))?$/;
const EXECUTION = /^(arn:[^:]+:states:[^:]+:\d{12}):(?:execution|express):([^:]+)(?::[^:]+){1,2}$/;

/** Throws InvalidArn. */
export function parseStateMachineArn(text: string): StateMachineArn {
  const [, arn, name, qualifier] = STATE_MACHINE.exec(text) ?? [];
  if (arn === undefined || name === undefined) throw new ApiError('InvalidArn', `Invalid Arn: '${text}'`);
  return { arn, name, qualifier, isAlias: qualifier !== undefined && !/^\d+$/.test(qualifier) };
}

/** Throws InvalidArn. */
export function requireExecutionArn(text: string): string {
  if (!EXECUTION.test(text)) throw new ApiError('InvalidArn', `Invalid Arn: '${text}'`);
  return text;
}

export const executionArn = (stateMachineArn: string, name: string): string =>
  `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;

/** What DescribeExecution returns for a Map Run's child: `…:stateMachine:<name>/<label>`. No such machine is deployed. */
export const stateMachineArnOfChild = (childArn: string): string =>
  childArn.replace(EXECUTION, '$1:stateMachine:$2');
