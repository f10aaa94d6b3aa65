// Makes execution names from ids, so that starting the same order or signup twice starts it once.

import { type NamedById, workflows } from './workflows';

/**
 * `order-A1`, or `order-A1_2` for the second attempt. An id has no underscore, so no two pairs share a name.
 *
 * @throws InvalidId
 * @throws RangeError unless the attempt is a whole number from 1 to 999
 */
export function executionName(workflow: NamedById, id: unknown, attempt = 1): string {
  if (typeof id !== 'string' || !/^[A-Za-z0-9-]{1,60}$/.test(id))
    throw new InvalidId(workflows[workflow].id, id);
  if (!Number.isInteger(attempt) || attempt < 1 || attempt > 999) {
    throw new RangeError(`The attempt must be a whole number from 1 to 999; it is ${attempt}`);
  }
  return attempt === 1 ? `${workflow}-${id}` : `${workflow}-${id}_${attempt}`;
}

/**
 * Whether `name` is the name of an attempt for this id. Workflows check it before they do anything: under any other
 * name, the same order could run twice.
 */
export function isExecutionOf(workflow: NamedById, id: string, name: string): boolean {
  const [first, attempt, ...rest] = name.split('_');
  const isLater = attempt === undefined || /^([2-9]|[1-9]\d{1,2})$/.test(attempt);
  return first === `${workflow}-${id}` && isLater && rest.length === 0;
}

/** Returns the id in an execution's name: `A1` of `order-A1` and of `order-A1_2`. */
export const idOf = (name: string): string => name.replace(/^[a-z]+-/, '').replace(/_\d+$/, '');

/** The alias of each state machine, and of functions, that points to the released version. */
export const LIVE = 'live';

/** Returns a state machine's own ARN, which lists and describes: that of an alias or a version without its qualifier. */
export const machineArn = (stateMachineArn: string): string =>
  stateMachineArn.split(':').slice(0, 7).join(':');

/** The state machine's name in an execution's ARN. */
export const machineIn = (executionArn: string): string => executionArn.split(':')[6] ?? '';

/** Returns the ARN of the execution with this name. `stateMachineArn` may be the ARN of an alias or a version. */
export function executionArn(stateMachineArn: string, name: string): string {
  const [arn, partition, service, region, account, , machine] = stateMachineArn.split(':');
  return [arn, partition, service, region, account, 'execution', machine, name].join(':');
}

/** The id cannot be part of an execution's name. */
export class InvalidId extends Error {
  override readonly name = 'InvalidId';

  constructor(
    /** `orderId` or `userId`. */
    readonly field: string,
    id: unknown,
  ) {
    super(
      `${field} must be 1 to 60 letters, digits and hyphens, because it becomes the execution's name; ` +
        `it is ${typeof id === 'string' ? JSON.stringify(id.slice(0, 80)) : typeof id}`,
    );
  }
}
