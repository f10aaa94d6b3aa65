/** What the doubles of AWS services share: errors as AWS's clients throw them, and calls with planned faults. */
import { caller } from './caller';
import type { Failure, Faults, FaultyCall } from './faults';

interface Response {
  $metadata: { httpStatusCode: number; requestId: string };
  message: string;
  [member: string]: unknown;
}

type ErrorClass = new (response: Response & { name: string; $fault: 'client' | 'server' }) => Error;

/** A service's error for each kind of failure that it can have. */
export type Failures = Partial<Record<Exclude<Failure, 'timeout'>, (input: object) => Error>>;

const REQUEST_ID = 'b25f48e8-84fd-11e6-80d9-574e0c4664cb';

/**
 * Makes a service's errors: of the exception's own class if the service's model has it, else of the base class.
 *
 * @param sdk the module of the service's client
 * @param base the client's class for errors that the model does not have
 */
export const errorsOf =
  (sdk: object, base: ErrorClass) =>
  (name: string, message: string, status = 400, members: object = {}): Error => {
    const modelled: ErrorClass | undefined = Reflect.get(sdk, name);
    const response = {
      ...members,
      message,
      $metadata: { httpStatusCode: status, requestId: REQUEST_ID },
      $fault: status >= 500 ? ('server' as const) : ('client' as const),
      name,
    };
    return new (modelled ?? base)(response);
  };

/** `getItem` for a `GetItemCommand`. */
export function operationOf(command: object): string {
  const name = command.constructor.name.replace(/Command$/, '');
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** The SDK's error when no response comes in time. */
const timeout = () => Object.assign(new Error('Request timed out'), { name: 'TimeoutError' });

/** Returns a function that runs a service's calls with the faults planned for them. */
export function underFaults(service: string, faults: Faults, failures: Failures) {
  const failure = (what: string, input: object): Error => {
    if (what === 'timeout') return timeout();
    const make = Object.entries(failures).find(([kind]) => kind === what)?.[1];
    if (make) return make(input);
    throw new Error(`${service} does not fail with "${what}".`);
  };
  const run = async <Output>(
    operation: string,
    resource: string,
    input: object,
    work: () => Output | Promise<Output>,
  ): Promise<Output> => {
    const place = `${service}:${operation} ${resource}`;
    const fault = faults.take(place);
    if (!fault) return work();
    const request = async () => work();
    const reply = await fault(request, {
      place,
      arguments: input,
      clock: clockOfCaller,
      request,
      error: async (what) => failure(what, input),
      kill: killCaller,
    });
    return reply as Output;
  };
  return Object.assign(run, { failure });
}

const callerNow = () => {
  const current = caller.getStore();
  if (current) return current;
  throw new Error('A fault that takes time or kills works in a world (openWorld), where somebody calls.');
};

const clockOfCaller: FaultyCall['clock'] = {
  now: () => callerNow().clock.now(),
  sleep: (seconds) => callerNow().clock.sleep(seconds),
};

function killCaller(): Promise<never> {
  const { kill } = callerNow();
  if (!kill) throw new Error('No function makes this call, so none can be killed.');
  kill();
  // A killed function never gets a response.
  return new Promise(() => {});
}
