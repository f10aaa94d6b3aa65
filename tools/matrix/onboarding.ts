/** Scenarios of signups. */
import Stripe from 'stripe';
import { apiKeyIdOf } from '../../contracts/claim-token';
import type { SignupInput } from '../../contracts/types';
import { caller } from '../doubles/caller';
import { DEPLOYMENT } from '../world/deployment';
import { TABLES } from '../world/onboarding-world';
import { openSignups, type Signups, signupInput } from '../world/signups';
import type { OnboardingFacts } from './facts';
import { onboardingInvariants } from './invariants';
import {
  type Attempt,
  check,
  identityOf,
  type Opening,
  outcomeOf,
  type Role,
  type Scenario,
  type Site,
} from './site';

interface SignupScenario extends Omit<Scenario, 'open' | 'workflows' | 'strikes'> {
  strikes?: readonly string[];
  signup?: Partial<SignupInput>;
  /** Whether the customer opens the link as soon as an e-mail is there. @default once nothing runs any more */
  isEager?: boolean;
  /** What happened before, while nothing struck. */
  before?: (site: Site, world: Signups) => Promise<void>;
}

const USER = 'U-42';

export type Tamper = (world: Signups) => void;

async function openOnboarding(
  { signup = {}, isEager = false, before, outcome, strikes }: SignupScenario,
  { striker, beside }: Opening,
  tamper?: Tamper,
): Promise<Site> {
  const world = openSignups({
    deployment: beside?.deployment ?? DEPLOYMENT,
    ...(beside && { clock: beside.site.clock, stripe: beside.site.stripe }),
  });
  const { clock, stepFunctions, stripe } = world;
  const attempts: Attempt[] = [];
  /** What came of opening each link. */
  const claims = new Map<string, string[]>();
  tamper?.(world);

  async function open(link: string): Promise<void> {
    const came = claims.get(link) ?? [];
    claims.set(link, came);
    await world.claim(link).then(
      () => came.push('key'),
      (error) => came.push(String(Object(error).reason ?? error)),
    );
  }

  striker.afterCall = () => {
    for (const link of isEager ? linksIn(world.ses.outbox) : []) {
      // Nobody kills a customer: without a caller nothing strikes.
      if (!claims.has(link)) void caller.exit(() => open(link));
    }
  };

  function start(attempt: number, role: Role, states = {}): Attempt {
    const name = `onboarding-${USER}${attempt > 1 ? `_${attempt}` : ''}`;
    const input = signupInput(role === 'last' ? {} : signup);
    const execution = stepFunctions.start(world.arnOf('saas-onboarding'), name, input, states);
    const started = { role, execution };
    attempts.push(started);
    return started;
  }

  const linksOf = (attempt: Attempt) =>
    linksIn(world.ses.outbox.filter(({ text }) => text.includes(apiKeyIdOf(identityOf(attempt)))));

  const site: Site = {
    clock,
    stripe,
    attempts,
    executions: () => stepFunctions.executions().map(({ execution }) => execution),
    start,
    async violations(hits) {
      const effects = attempts.map((attempt) => {
        const { startDate, arn } = attempt.execution;
        const owner = `${arn}.${startDate.getTime()}`;
        const stripeCustomers = stripe.ledger.customers.filter(
          ({ metadata }) => metadata.execution === owner,
        ).length;
        const effects = world.effectsOf(identityOf(attempt));
        const isClaimed = linksOf(attempt).some((link) => claims.get(link)?.[0] === 'key');
        return { ...effects, stripeCustomers, sealedKey: effects.sealedKey || isClaimed };
      });
      const links = attempts.map(linksOf);
      for (const attempt of attempts.filter((each) => outcomeOf(each) === 'ONBOARDED')) {
        for (const link of linksOf(attempt)) while ((claims.get(link)?.length ?? 0) < 2) await open(link);
      }
      const facts: OnboardingFacts = {
        attempts,
        expected: { struck: outcome, spared: strikes ? 'ONBOARDED' : outcome },
        hits,
        effects,
        links,
        claims: links.map((own) => own.flatMap((link) => claims.get(link) ?? [])),
        unprotected: attempts
          .filter((attempt) => outcomeOf(attempt) === 'ONBOARDED')
          .flatMap((attempt) => {
            const name = world.tenantTables.names().find((each) => each.endsWith(identityOf(attempt)));
            const table = world.tenantTables.find(name ?? '');
            return table?.deletionProtection && table.pointInTimeRecovery ? [] : [String(name)];
          }),
        owners: world.dynamodb.items(TABLES.customers).map((item) => item.execution?.S ?? ''),
        notices: world.topics.messages(world.signupErrors),
        histories: stepFunctions.executions().map(({ execution }) => execution),
        secrets: [stripe.secretKey, 'sfw_', ...links.flat().map((link) => link.split('.')[1] ?? '')],
      };
      return check(onboardingInvariants, facts);
    },
  };

  await before?.(site, world);
  world.fail({ '*:*': striker.service });
  return site;
}

/** Each once. */
const linksIn = (outbox: Signups['ses']['outbox']): string[] => [
  ...new Set(outbox.map(({ text }) => /#(\S+)/.exec(text)?.[1] ?? '')),
];

/** What others signed up with the same address since: more than a page of Stripe's. */
async function crowd({ stripe }: Site): Promise<void> {
  const { customers } = new Stripe(stripe.secretKey, {
    httpClient: stripe.httpClient(),
    maxNetworkRetries: 0,
    telemetry: false,
  });
  const { email } = signupInput();
  for (let index = 0; index < 7; index++) await customers.create({ email, name: `Branch ${index}` });
}

/** A customer is onboarded. */
async function live({ clock, start }: Site): Promise<void> {
  await clock.run(start(1, 'before').execution.done());
}

/** Was a customer, left, and comes back under the same name. */
async function left(site: Site, { dynamodb }: Signups): Promise<void> {
  await live(site);
  const Key = { customerId: { S: USER } };
  await dynamodb.call('deleteItem', { TableName: TABLES.customers, Key });
  await site.clock.advance(91 * 86_400);
  site.attempts.length = 0;
}

const SCENARIOS: readonly SignupScenario[] = [
  { name: 'fresh', outcome: 'ONBOARDED' },
  { name: 'eager', outcome: 'ONBOARDED', isEager: true },
  { name: 'crowded', outcome: 'ONBOARDED', before: crowd },
  { name: 'stopped', outcome: 'ONBOARDED', strikes: ['CreateStripeCustomer #1 stop:after'] },
  { name: 'live', outcome: 'REJECTED', before: live },
  { name: 'returning', outcome: 'ONBOARDED', before: left },
  { name: 'bad-signup', outcome: 'REJECTED', signup: { email: '' } },
  {
    name: 'refused-by-stripe',
    outcome: 'REJECTED',
    strikes: ['CreateStripeCustomer #all fails:States.Http.StatusCode.400'],
  },
  { name: 'no-key', outcome: 'FAILED', strikes: ['CreateAPIKey #all fails:Error'] },
  {
    name: 'made-but-failed',
    outcome: 'FAILED',
    strikes: ['CreateStripeCustomer #all worksButFails:States.Http.StatusCode.500'],
  },
];

export const signupScenarios = (tamper?: Tamper): Scenario[] =>
  SCENARIOS.map((scenario) => ({
    ...scenario,
    strikes: scenario.strikes ?? [],
    workflows: ['saas-onboarding'],
    open: (opening) => openOnboarding(scenario, opening, tamper),
  }));
