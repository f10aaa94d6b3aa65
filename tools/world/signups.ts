/** Runs signups through the real definition with the real functions, in virtual time. */

import type { SignupInput } from '../../contracts/types';
import { STRIPE_VERSION } from '../../lambda/shared/stripe-version';
import { type FaultPlan, Faults } from '../doubles/faults';
import { createSecrets } from '../doubles/secrets';
import { exchangeWithStripe } from '../doubles/stripe/http-task';
import { stripeUnderFaults } from '../doubles/stripe/planned';
import type { VirtualClock } from '../simulator/clock';
import type { Execution } from '../simulator/types';
import { arnIn, DEPLOYMENT } from './deployment';
import { createOnboardingWorld, type OnboardingWorldOptions, TABLES } from './onboarding-world';
import { openWorld, type Run, startClock, type WorldOptions } from './world';

const STRIPE = 'https://api.stripe.com';

export type Signups = ReturnType<typeof openSignups>;

interface SignupsOptions extends Pick<OnboardingWorldOptions, 'deployment' | 'stripe'> {
  /** The clock of another world, for worlds that share their time. @default a new one */
  clock?: VirtualClock;
  /** Values for placeholders that replace the defaults. */
  settings?: Readonly<Record<string, string>>;
  /** Functions in place of the real ones. */
  functions?: WorldOptions['functions'];
}

/** A valid signup unless overridden. */
export const signupInput = (overrides: Partial<SignupInput> = {}): SignupInput => ({
  userId: 'U-42',
  email: 'grace@example.com',
  company: 'Hopper & Co',
  plan: 'pro',
  ...overrides,
});

/** Opens a world whose signups share a clock. */
export function openSignups({
  clock = startClock('2026-01-01T00:00:00Z'),
  deployment = DEPLOYMENT,
  stripe,
  settings = {},
  functions = {},
}: SignupsOptions = {}) {
  const faults = new Faults();
  const place = { faults, deployment };
  const world = createOnboardingWorld({ ...place, now: () => clock.now(), ...(stripe && { stripe }) });
  const { dynamodb, tenantTables } = world;
  /** What the connection was given. */
  const connection = { key: world.stripe.secretKey };
  const bearer = () => ({ api_key_name: 'Authorization', api_key_value: `Bearer ${connection.key}` });

  const { start: startMachine, ...running } = openWorld({
    machines: {
      'saas-onboarding': {
        SignupErrorsTopic: world.signupErrors,
        CustomersTable: TABLES.customers,
        OnboardingEventsTable: TABLES.events,
        LateCallSeconds: '90',
        TenantTablePrefix: 'test-tenant-',
        TenantDeletionProtection: 'true',
        TenantPointInTimeRecovery: 'true',
        StripeEndpoint: STRIPE,
        StripeVersion: STRIPE_VERSION,
        StripeConnectionArn: arnIn(deployment)(
          'events',
          'connection/stripe/2f0c9a14-7d0b-4a53-9e0e-6c1b5a3d8e21',
        ),
        ...settings,
      },
    },
    functions: { ...world.functions, ...functions },
    services: {
      dynamodb: {
        call: (action, input) => (tenantTables.has(action) ? tenantTables : dynamodb).call(action, input),
        has: (action) => tenantTables.has(action) || dynamodb.has(action),
        failure: dynamodb.failure,
      },
      sns: world.topics,
      secretsmanager: createSecrets({ 'connection/stripe': () => JSON.stringify(bearer()) }, faults),
    },
    exchange: exchangeWithStripe(stripeUnderFaults(world.stripe.handle, faults), STRIPE),
    connections: { stripe: 'connection/stripe' },
    clock,
    isBroken: () => world.stripe.faults.list().length > 0,
    ...place,
  });

  /** Starts a signup without waiting for its end. */
  const start = (
    input: unknown = signupInput(),
    { name = 'onboarding-U-42', faults: plan }: { name?: string; faults?: FaultPlan } = {},
  ): Execution => startMachine('saas-onboarding', name, input, plan);

  /** Also waits for functions whose state has timed out. */
  async function settled(run: Promise<Run>): Promise<Run> {
    const ended = await run;
    await running.settle();
    return ended;
  }

  return {
    ...world,
    ...running,
    connection,
    start,
    run: (...args: Parameters<typeof start>) => settled(running.finish(start(...args))),
    redrive: (...args: Parameters<typeof running.redrive>) => settled(running.redrive(...args)),
  };
}
