/** What can go wrong between a caller and AWS, for the doubles of this folder. */

export type FaultKind =
  /** Another writer held the item (DynamoDB only). Nothing was done. */
  | 'conflict'
  /** Too many requests. Nothing was done. */
  | 'throttled'
  /** An error on the service's side. Nothing was done. */
  | 'unavailable'
  /** The permission is missing. Nothing was done. */
  | 'denied'
  /** The work was done, the answer never arrived. */
  | 'lostReply';

export interface Fault {
  kind: FaultKind;
  /** Only calls of this action (`transactWriteItems`), or to this resource. @default all */
  on?: string;
  /** How many matching calls are hit. @default 1 */
  times?: number | 'always';
}

export class Faults {
  readonly #armed: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    const left = fault.times === 'always' ? Number.POSITIVE_INFINITY : (fault.times ?? 1);
    this.#armed.push({ fault, left });
  }

  clear(): void {
    this.#armed.length = 0;
  }

  /** The fault that hits a call known by any of these names. */
  take(...names: string[]): FaultKind | undefined {
    const hit = this.#armed.find(
      ({ fault, left }) => left > 0 && (!fault.on || names.some((name) => name === fault.on)),
    );
    if (hit) hit.left--;
    return hit?.fault.kind;
  }
}

/** An error as an AWS client throws it. */
export function awsError(name: string, message: string, status = 400): Error {
  return Object.assign(new Error(message), {
    name,
    $fault: status >= 500 ? 'server' : 'client',
    $metadata: { httpStatusCode: status },
  });
}

/** The client gave up waiting. */
export const replyLost = () => Object.assign(new Error('Request timed out'), { name: 'TimeoutError' });
