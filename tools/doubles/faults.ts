/**
 * What can go wrong with a call, in one vocabulary for all calls: a state's of what its Resource names, and a
 * function's (or Step Functions' own) of a service.
 *
 *     { ChargeCard: [killedAfterwards, late(20)] }                   the state's first and second try
 *     { 'dynamodb:updateItem payments': [passes, replyLost] }        the second such call
 *     { 'stripe:POST /v1/payment_intents': fails('unavailable') }    every such call
 */

/** Failures that every service has a name of its own for: `throttled` is SlowDown at S3. */
export const FAILURES = [
  /** Another writer held the item (DynamoDB and Stripe only). */
  'conflict',
  /** Too many requests. */
  'throttled',
  /** An error on the service's side. */
  'unavailable',
  /** The permission is missing. */
  'denied',
  /** No answer came: the caller's client gave up waiting. */
  'timeout',
] as const;

export type Failure = (typeof FAILURES)[number];

/** A call, as a fault sees it. */
export interface FaultyCall {
  arguments: unknown;
  clock: { now(): Date; sleep(seconds: number): Promise<void> };
  /** Carries the request out; unlike the work, it does not wait for a callback or for a nested execution's end. */
  request(): Promise<unknown>;
  /** What the caller sees: a Failure in the service's words, or (a state) an error of that name. */
  error(what: string, message?: string): Promise<Error>;
  /** Kills the function: the one that a state calls, or the one that makes this call. */
  kill(): Promise<never>;
}

/** Stands between a caller and the work that it asks for. */
export type Fault = (work: () => Promise<unknown>, call: FaultyCall) => Promise<unknown>;

/** A failure, or the name of an error. */
type What = Failure | (string & {});

/** Nothing is done; the caller sees this error. */
export const fails =
  (what: What, message?: string): Fault =>
  async (_work, call) => {
    throw await call.error(what, message);
  };

/**
 * The request is carried out, but the caller sees this error, whatever the reply was. Of a state that waits for a token or for a nested
 * execution, that is the request alone: sent, but the reply was lost. Its answer is lost by a fault of
 * `states:sendTaskSuccess`.
 */
export const worksButFails =
  (what: What, message?: string): Fault =>
  async (_work, call) => {
    await call.request().catch(() => {});
    throw await call.error(what, message);
  };

/** The request is carried out, its reply never arrives. */
export const replyLost = worksButFails('timeout');

/** The function is killed before it does the work (or makes the call). */
export const killedBefore: Fault = (_work, call) => call.kill();

/** The function is killed after its work was done (or its call was answered). */
export const killedAfterwards: Fault = async (_work, call) => {
  await call.request();
  return call.kill();
};

/** The work begins after so many seconds of virtual time, whether or not the caller still waits for it. */
export const late =
  (seconds: number): Fault =>
  async (work, call) => {
    await call.clock.sleep(seconds);
    return work();
  };

/** The work is done at once, its reply comes after so many seconds. */
export const repliesLate =
  (seconds: number): Fault =>
  async (work, call) => {
    const reply = await work();
    await call.clock.sleep(seconds);
    return reply;
  };

/** The request is delivered a second time, so many seconds after the first was answered; the caller waits for both. */
export const twice =
  (secondsLater = 0): Fault =>
  async (work, call) => {
    await call.request();
    if (secondsLater > 0) await call.clock.sleep(secondsLater);
    return work();
  };

export const passes: Fault = (work) => work();

/** The same at each of the first `count` calls. */
export const times = (count: number, fault: Fault): Fault[] => Array.from({ length: count }, () => fault);

/**
 * By place: a fault for each call in turn (then none), or one for all of them. A place is a state's name, or a
 * service's operation (`sns:publish`), with the resource if it matters (`sns:publish arn:…`, `s3:getObject a.txt`).
 * `*` stands for any text without a slash or blank.
 */
export type FaultPlan = Readonly<Record<string, Fault | readonly Fault[]>>;

interface Planned {
  matches: RegExp;
  faults: Fault | readonly Fault[];
  /** Calls it has seen. */
  calls: number;
}

export class Faults {
  #planned: Planned[] = [];

  /** Adds to what is planned. Calls count from now on; of two plans for a place, the earlier is used up first. */
  add(plan: FaultPlan): void {
    for (const [place, faults] of Object.entries(plan)) {
      this.#planned.push({ matches: patternOf(place), faults, calls: 0 });
    }
  }

  clear(): void {
    this.#planned = [];
  }

  get isEmpty(): boolean {
    return this.#planned.length === 0;
  }

  /** The fault that hits this call. */
  take(place: string): Fault | undefined {
    if (this.isEmpty) return undefined;
    const planned = this.#planned.find(
      ({ matches, faults, calls }) =>
        (typeof faults === 'function' || calls < faults.length) && matches.test(place),
    );
    if (!planned) return undefined;
    const count = planned.calls++;
    return typeof planned.faults === 'function' ? planned.faults : planned.faults[count];
  }
}

/** A place without a resource is every resource's. */
function patternOf(place: string): RegExp {
  const text = place.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/ ]*');
  return new RegExp(`^${text}${place.includes(' ') ? '' : '(?: .*)?'}$`);
}
