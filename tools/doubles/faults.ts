/**
 * Faults: what can go wrong with a call. The same words apply to a state's call of its Resource, and to a call that a
 * function, or Step Functions itself, makes to a service.
 *
 *     { ChargeCard: [killedAfterwards, late(20)] }                   the state's first and second try
 *     { 'dynamodb:updateItem payments': [passes, replyLost] }        the second such call
 *     { 'stripe:POST /v1/payment_intents': fails('unavailable') }    every such call
 */

/** Kinds of failure. Each service has its own error for each: `throttled` is SlowDown at S3. */
export const FAILURES = [
  /** Another writer held the item (DynamoDB and Stripe only). */
  'conflict',
  /** Too many requests. */
  'throttled',
  /** An internal error of the service. */
  'unavailable',
  /** The permission is missing. */
  'denied',
  /** No response came before the client's timeout. */
  'timeout',
] as const;

export type Failure = (typeof FAILURES)[number];

/** A call, as a fault gets it. */
export interface FaultyCall {
  /** A state's name, or `service:operation resource`. */
  place: string;
  arguments: unknown;
  clock: { now(): Date; sleep(seconds: number): Promise<void> };
  /** Carries out the request. Unlike `work`, does not wait for a callback or for a nested execution to end. */
  request(): Promise<unknown>;
  /** The error for the caller: the service's for a Failure, or (for a state) an error of that name. */
  error(what: string, message?: string): Promise<Error>;
  /** Kills the function: the one that a state calls, or the one that calls a service. */
  kill(): Promise<never>;
}

/** Takes the place of a call's work, which it may run or not. */
export type Fault = (work: () => Promise<unknown>, call: FaultyCall) => Promise<unknown>;

/** A failure, or an error name. */
type What = Failure | (string & {});

/** The work is not done; the caller gets this error. */
export const fails =
  (what: What, message?: string): Fault =>
  async (_work, call) => {
    throw await call.error(what, message);
  };

/**
 * The request is carried out, but the caller gets this error instead of the reply. A state that waits for a token or
 * for a nested execution fails as soon as its request is sent. To lose the callback instead, plan a fault of
 * `states:sendTaskSuccess`.
 */
export const worksButFails =
  (what: What, message?: string): Fault =>
  async (_work, call) => {
    await call.request().catch(() => {});
    throw await call.error(what, message);
  };

/** The request is carried out; its reply is lost. */
export const replyLost = worksButFails('timeout');

/** The function is killed before it does its work (or makes the call). */
export const killedBefore: Fault = (_work, call) => call.kill();

/** The function is killed after it has done its work (or its call has returned). */
export const killedAfterwards: Fault = async (_work, call) => {
  await call.request();
  return call.kill();
};

/** The work starts after this many seconds of virtual time, even if the caller has given up by then. */
export const late =
  (seconds: number): Fault =>
  async (work, call) => {
    await call.clock.sleep(seconds);
    return work();
  };

/** The work is done at once; its reply comes after this many seconds. */
export const repliesLate =
  (seconds: number): Fault =>
  async (work, call) => {
    const reply = await work();
    await call.clock.sleep(seconds);
    return reply;
  };

/** The request is delivered a second time, this many seconds after the first reply. The caller waits for both. */
export const twice =
  (secondsLater = 0): Fault =>
  async (work, call) => {
    await call.request();
    if (secondsLater > 0) await call.clock.sleep(secondsLater);
    return work();
  };

export const passes: Fault = (work) => work();

/** The same fault at each of the first `count` calls. */
export const times = (count: number, fault: Fault): Fault[] => Array.from({ length: count }, () => fault);

/**
 * Keyed by place: a list has a fault for each call in turn (then none), a single fault hits all calls. A place is a
 * state's name, or a service's operation (`sns:publish`), or one on a resource (`sns:publish arn:…`, `s3:getObject a.txt`).
 * `*` matches any characters but slashes and blanks.
 */
export type FaultPlan = Readonly<Record<string, Fault | readonly Fault[]>>;

interface Planned {
  matches: RegExp;
  faults: Fault | readonly Fault[];
  /** How many calls it has matched. */
  calls: number;
}

export class Faults {
  #planned: Planned[] = [];

  /** Plans more faults. Counts calls from now on. Of two plans for a place, the earlier is used up first. */
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

  /** Returns the fault for this call, if one is planned. */
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

/** A place without a resource matches all resources. */
function patternOf(place: string): RegExp {
  const text = place.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/ ]*');
  return new RegExp(`^${text}${place.includes(' ') ? '' : '(?: .*)?'}$`);
}
