// Reads a task's evaluated Arguments. A missing field, or one of a wrong type, fails the task as on AWS.
import { toJson } from '../long-integers';
import { TaskFailure } from './failure';

export type Arguments = Readonly<Record<string, unknown>>;

export function argumentsOf(value: unknown): Arguments {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new TaskFailure('States.Runtime', 'The Arguments of a service integration must be a JSON object.');
}

export function requiredText(args: Arguments, field: string): string {
  const value = args[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new TaskFailure(
    'States.Runtime',
    `The field '${field}' is required but was missing or is not a string.`,
  );
}

export function onlyFields(args: Arguments, allowed: readonly string[]): void {
  const unknown = Object.keys(args).find((field) => !allowed.includes(field));
  if (unknown !== undefined) {
    throw new TaskFailure('States.Runtime', `The field "${unknown}" is not supported by Step Functions`);
  }
}

/** The text of a message, which may be given as JSON. */
export const asText = (value: unknown): string => (typeof value === 'string' ? value : toJson(value));
