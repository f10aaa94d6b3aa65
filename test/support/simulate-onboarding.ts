/** Runs the onboarding definition in the simulator, against an onboarding world. */

import type { LambdaDouble } from '../../tools/doubles/lambda';
import { ConnectionLost, type StripeResponse, type Wait } from '../../tools/doubles/stripe/protocol';
import { type Simulation, simulate } from '../../tools/simulator';
import { TaskFailure } from '../../tools/simulator/integrations/failure';
import { arrayFormat, urlEncode } from '../../tools/simulator/integrations/http-encoding';
import type { TaskCall } from '../../tools/simulator/types';
import { definitionOf } from '../../tools/world/definitions';
import { type OnboardingWorld, SIGNUP_ERRORS, TABLES } from './onboarding-world';
import { signupInput } from './signups';

const CONNECTION = 'arn:aws:events:us-east-1:123456789012:connection/stripe/1';
const STRIPE = 'https://api.stripe.com';

const BINDINGS: Record<string, string> = {
  ValidateSignupArn: 'validate-signup',
  CreateApiKeyArn: 'create-api-key',
  DeleteApiKeyArn: 'delete-api-key',
  SendWelcomeEmailArn: 'send-welcome-email',
  SignupErrorsTopic: SIGNUP_ERRORS,
  CustomersTable: TABLES.customers,
  OnboardingEventsTable: TABLES.events,
  TenantTablePrefix: 'test-tenant-',
  TenantDeletionProtection: 'true',
  TenantPointInTimeRecovery: 'true',
  LateCallSeconds: '90',
  StripeEndpoint: STRIPE,
  StripeConnectionArn: CONNECTION,
};

/** The definition as it is deployed; `changed` bindings are given by name. */
export const onboardingDefinition = (changed: Record<string, string> = {}) =>
  definitionOf('saas-onboarding', { ...BINDINGS, ...changed });

/** A fault between Step Functions and what a state calls. */
export interface StateFault {
  state: string;
  /** The error's name, as Catch and Retry see it. */
  error: string;
  /** The work is done, only the answer is lost. @default false */
  afterWork?: boolean;
  /** How many tries of the state are hit. @default 1 */
  times?: number;
}

export interface OnboardingOptions {
  name?: string;
  faults?: StateFault[];
  /** What else happens once a state's call is answered, by the state's name. */
  after?: Record<string, () => Promise<unknown>>;
  /** @default onboardingDefinition() */
  definition?: string | object;
  seed?: number;
}

export interface Onboarding extends Simulation {
  /** The states entered, in order. */
  states: string[];
  redrive(): Promise<Onboarding>;
}

/** @param input the whole input; a valid signup unless given. */
export async function onboard(
  world: OnboardingWorld,
  input: unknown = signupInput(),
  {
    name = 'onboarding-U-42',
    faults = [],
    after = {},
    definition = onboardingDefinition(),
    seed = 0,
  }: OnboardingOptions = {},
): Promise<Onboarding> {
  const left = faults.map((fault) => ({ ...fault, times: fault.times ?? 1 }));
  const simulation = await simulate(definition, {
    input,
    name,
    seed,
    startTime: world.time.now,
    task: async (call) => {
      setTime(world, call);
      const fault = left.find(({ state, times }) => state === call.state && times > 0);
      if (fault) fault.times -= 1;
      if (fault) {
        // The answer that gets lost may itself be an error.
        if (fault.afterWork) await answerTask(world, call).catch(() => {});
        throw new TaskFailure(fault.error, 'injected');
      }
      const answer = await answerTask(world, call);
      await after[call.state]?.();
      return answer;
    },
  });
  return withStates(simulation);
}

const withStates = (simulation: Simulation): Onboarding => ({
  ...simulation,
  states: simulation.events.flatMap(({ stateEnteredEventDetails }) =>
    stateEnteredEventDetails ? [String(stateEnteredEventDetails.name)] : [],
  ),
  redrive: async () => withStates(await simulation.redrive()),
});

const setTime = ({ time, delay }: OnboardingWorld, { clock }: Pick<TaskCall, 'clock'>) => {
  time.now = new Date(clock.now().getTime() + delay * 1000);
};

type Arguments = Record<string, unknown>;

async function answerTask(world: OnboardingWorld, call: TaskCall): Promise<unknown> {
  const resource = call.resource.replace('arn:aws:states:::', '');
  const args = call.arguments as Arguments;
  switch (resource) {
    case 'lambda:invoke': {
      const functions: Record<string, LambdaDouble> = world.functions;
      const run = functions[String(args.FunctionName)];
      if (!run) throw new Error(`No function ${args.FunctionName}`);
      return { StatusCode: 200, Payload: await run(args.Payload) };
    }
    case 'sns:publish':
      return named('SNS', () =>
        world.topics.call('publish', { ...args, Message: JSON.stringify(args.Message) }),
      );
    case 'dynamodb:putItem':
      return named('DynamoDB', () => world.dynamodb.call('putItem', args));
    case 'http:invoke':
      return callStripe(world, call, args as unknown as HttpArguments);
    default: {
      const [, action] = /^aws-sdk:dynamodb:(\w+)$/.exec(resource) ?? [];
      if (!action) throw new Error(`No double for ${resource}`);
      return world.tenantTables.call(action, args);
    }
  }
}

async function named(service: string, call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const name = error.name === 'TimeoutError' ? 'SdkClientException' : error.name;
    throw new TaskFailure(`${service}.${name}`, error.message);
  }
}

interface HttpArguments {
  ApiEndpoint: string;
  Method: string;
  Headers?: Record<string, string>;
  QueryParameters?: Record<string, string>;
  RequestBody?: Record<string, unknown>;
  Transform?: { RequestBodyEncoding: string; RequestEncodingOptions: { ArrayFormat: string } };
  InvocationConfig: { ConnectionArn: string };
}

const HTTP_TASK_SECONDS = 60;

/** An HTTP Task as AWS makes it, with Stripe's double at the other end. */
async function callStripe(
  world: OnboardingWorld,
  { clock }: TaskCall,
  args: HttpArguments,
): Promise<unknown> {
  if (args.InvocationConfig.ConnectionArn !== CONNECTION) {
    throw new TaskFailure('Events.ConnectionResource.ResourceNotFound', 'No such connection');
  }
  if (!args.ApiEndpoint.startsWith(`${STRIPE}/`)) throw new Error(`Not Stripe: ${args.ApiEndpoint}`);
  const query = new URLSearchParams(args.QueryParameters).toString();
  const headers = Object.entries({ ...args.Headers, Authorization: `Bearer ${world.stripe.secretKey}` });
  const request = {
    method: args.Method,
    path: args.ApiEndpoint.slice(STRIPE.length) + (query && `?${query}`),
    headers: Object.fromEntries(headers.map(([header, value]) => [header.toLowerCase(), value])),
    body: args.RequestBody ? encode(args.RequestBody, args.Transform) : '',
  };
  const wait: Wait = async (milliseconds) => {
    await clock.sleep(Math.min(milliseconds / 1000, HTTP_TASK_SECONDS));
    setTime(world, { clock });
    if (milliseconds / 1000 >= HTTP_TASK_SECONDS) throw new ConnectionLost('ETIMEDOUT');
  };
  const response = await world.stripe.handle(request, wait).catch((error: unknown) => {
    throw error instanceof ConnectionLost ? new TaskFailure('States.Http.Socket', error.message) : error;
  });
  return asResult(response);
}

function encode(body: Record<string, unknown>, transform: HttpArguments['Transform']): string {
  return transform?.RequestBodyEncoding === 'URL_ENCODED'
    ? urlEncode(body, arrayFormat(transform.RequestEncodingOptions.ArrayFormat))
    : JSON.stringify(body);
}

/** Of a refusal nothing but the status gets through. */
function asResult({ status, headers, body }: StripeResponse): object {
  if (status < 200 || status > 299) throw new TaskFailure(`States.Http.StatusCode.${status}`, String(status));
  return { StatusCode: status, Headers: headers, ResponseBody: JSON.parse(body) };
}
