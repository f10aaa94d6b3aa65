/**
 * The settings in which stages differ. No stage has a code path of its own: every difference is a setting here.
 */
import type { Currency } from '../lambda/order-processing/currencies';

/** A deployment of the app. `local` is the local cloud; the others are on AWS, in accounts of their own or in one. */
export type StageName = 'local' | 'dev' | 'staging' | 'prod';

export interface Stage {
  /** Prefix of stack names, log groups and secrets, so that stages can share an account. */
  readonly name: StageName;
  /**
   * The account and Region that the stage belongs to: it is deployed nowhere else.
   * @default wherever the credentials lead
   */
  readonly aws?: { readonly account: string; readonly region: string };
  readonly logs: {
    /** How long functions' and state machines' logs are kept. */
    readonly retentionDays: number;
    /** Whether state machines log inputs and outputs, which hold personal data. */
    readonly executionData: boolean;
    /**
     * From which level on Lambda itself logs of a call. `INFO` has two lines for each; `WARN` has them of calls that
     * failed, such as timeouts.
     */
    readonly lambda: 'INFO' | 'WARN';
  };
  readonly data: {
    /** Whether tables, queues and logs survive the deletion of their stack. */
    readonly removal: 'RETAIN' | 'DESTROY';
    readonly deletionProtection: boolean;
    readonly pointInTimeRecovery: boolean;
  };
  readonly stripe: {
    /** Origin of the Stripe API. */
    readonly endpoint: string;
    /** Name of the secret in Secrets Manager whose value is the API key. A person creates it once. */
    readonly secretName: string;
    /** Which of Stripe's two worlds the key is for: only `live` moves money. */
    readonly mode: 'test' | 'live';
    /** What the account is paid out in. Stripe's minimum for a charge is this currency's, after conversion. */
    readonly settlementCurrency: Currency;
    /**
     * Name of the partner event bus on which Stripe puts its events: `aws.partner/stripe.com/ed_…`. A person connects
     * it once (docs/deploying.md). @default what Stripe reports by itself goes unheard
     */
    readonly eventBus?: string;
  };
  readonly review: {
    /**
     * Payments of this amount or more need approval. Minor units, keyed by lower-case currency code. Every payment in
     * a currency without a threshold needs approval.
     */
    readonly thresholds: Readonly<Record<string, number>>;
    /**
     * Payments of this amount or more need the approval of two people, as in `thresholds`: every reviewed payment in a
     * currency that is not here does. @default one is enough
     */
    readonly twoReviewersFrom?: Readonly<Record<string, number>>;
    /**
     * Seconds that a person has to approve; then the order is undone. At most 4 days, because authorisations last 7
     * days, and with some card networks less than 5.
     */
    readonly timeoutSeconds: number;
  };
  readonly bulk: {
    /**
     * Orders that an import starts in a second, a whole number. At least 4, because otherwise the largest file would
     * exceed the workflow's own time limit. Below 25, Stripe's limit for an endpoint in a second, so that other orders
     * get through meanwhile. (In test mode the limit is for all endpoints together, and an order makes four calls.)
     */
    readonly ordersPerSecond: number;
    /** The import fails when more than this percentage of its valid lines cannot be started. */
    readonly toleratedFailurePercentage: number;
  };
  readonly onboarding: {
    /**
     * Sender of the welcome e-mail. Its domain is an identity verified with SES.
     * @default CloudFormation asks for it, so that nothing deploys the stage
     */
    readonly sender?: string;
    /**
     * Origin of the application. The welcome e-mail's link leads to its page `/claim`.
     * @default as of `sender`
     */
    readonly appUrl?: string;
    /** Name of the table that reports read. Stages that share an account need different names. */
    readonly eventsTable: string;
    /**
     * Seconds before a failed signup is undone. Longer than any function or HTTP Task lasts (90), so that the
     * compensation finds what a lost call made late. Less only where no call is ever late.
     */
    readonly lateCallSeconds: number;
  };
  readonly undoing?: {
    /**
     * How many calls of each function that undoes something may run at once, whatever else the account runs; no more
     * run either. The account must have a quota of that for each of them and 100 more, which new accounts lack.
     * @default they share the account's concurrency with everything else
     */
    readonly reservedConcurrency: number;
  };
  readonly sweep: {
    /** Whether executions that stopped half-way are redriven on a schedule. Otherwise a person calls the function. */
    readonly isScheduled: boolean;
    readonly everyMinutes: number;
    /** Seconds from an execution's end to its first redrive by the sweep. Twice as long before each one after. */
    readonly afterSeconds: number;
  };
  /**
   * How the alias `live` of each workflow moves to a new version. A CANARY first starts `percentage` of the executions
   * on it, and all after `everyMinutes`; LINEAR adds `percentage` each `everyMinutes`. Either goes back by itself when an
   * execution of the new version fails meanwhile (docs/adr/0013-releases.md).
   */
  readonly release:
    | { readonly type: 'ALL_AT_ONCE' }
    | {
        readonly type: 'CANARY' | 'LINEAR';
        /** 1 to 99. */
        readonly percentage: number;
        /** 1 to 2100. A deployment waits for the whole shift, 36 hours at most. */
        readonly everyMinutes: number;
      };
  /**
   * One dashboard for the stage, or one more for each stack with workflows. The first three of an account cost nothing,
   * each further one $3 a month, however many stages share the account.
   */
  readonly dashboards: 'STAGE' | 'EACH_STACK';
  readonly reconciliation: {
    /** When it runs, as EventBridge Scheduler writes it, in UTC. @default only when somebody starts it */
    readonly schedule?: string;
  };
  /** URL of the runbook, which may be relative to this repository. Alarms link to its anchors `#<workflow>-<alarm>`. */
  readonly runbookUrl: string;
}

const stripe = (stage: StageName) =>
  ({
    endpoint: 'https://api.stripe.com',
    secretName: `${stage}/stripe-secret-key`,
    mode: stage === 'prod' ? 'live' : 'test',
    settlementCurrency: 'usd',
  }) as const;

const thresholds = { eur: 100_000, gbp: 100_000, usd: 100_000 };
const twoReviewersFrom = { eur: 1_000_000, gbp: 1_000_000, usd: 1_000_000 };

/** @param domain one that you have verified with SES, with your application at `app.`; until it is set, nothing deploys */
const onboarding = (eventsTable: string, domain?: string) => ({
  ...(domain !== undefined && { sender: `welcome@${domain}`, appUrl: `https://app.${domain}` }),
  eventsTable,
  lateCallSeconds: 90,
});

/** In AWS's own examples: nobody has credentials for it, so nothing deploys a stage there. */
export const exampleAccount = '123456789012';

/** The local cloud sends no e-mail. */
export const localDomain = 'local.example.com';

/** Every day at five. */
const daily = { schedule: 'cron(0 5 * * ? *)' };

const disposable = { removal: 'DESTROY', deletionProtection: false, pointInTimeRecovery: false } as const;
const kept = { removal: 'RETAIN', deletionProtection: true, pointInTimeRecovery: true } as const;

const atOnce = { type: 'ALL_AT_ONCE' } as const;

const sweep = { isScheduled: true, everyMinutes: 30, afterSeconds: 1800 };

/** In this repository. Set the URL at which your team reads it, which people can click. */
const runbookUrl = 'docs/runbook.md';

export const stages: Record<StageName, Stage> = {
  local: {
    name: 'local',
    logs: { retentionDays: 1, executionData: true, lambda: 'INFO' },
    data: disposable,
    stripe: { ...stripe('local'), eventBus: 'aws.partner/stripe.com/ed_local' },
    review: { thresholds, twoReviewersFrom, timeoutSeconds: 30 },
    bulk: { ordersPerSecond: 10, toleratedFailurePercentage: 5 },
    onboarding: { ...onboarding('onboarding_events', localDomain), lateCallSeconds: 2 },
    sweep: { isScheduled: false, everyMinutes: 30, afterSeconds: 0 },
    release: atOnce,
    dashboards: 'EACH_STACK',
    reconciliation: {},
    runbookUrl,
  },
  dev: {
    name: 'dev',
    logs: { retentionDays: 7, executionData: true, lambda: 'INFO' },
    data: disposable,
    stripe: stripe('dev'),
    review: { thresholds, twoReviewersFrom, timeoutSeconds: 3600 },
    bulk: { ordersPerSecond: 5, toleratedFailurePercentage: 5 },
    onboarding: onboarding('dev_onboarding_events'),
    sweep,
    release: atOnce,
    dashboards: 'STAGE',
    reconciliation: daily,
    runbookUrl,
  },
  staging: {
    name: 'staging',
    logs: { retentionDays: 30, executionData: false, lambda: 'INFO' },
    data: { ...disposable, pointInTimeRecovery: true },
    stripe: stripe('staging'),
    review: { thresholds, twoReviewersFrom, timeoutSeconds: 86_400 },
    bulk: { ordersPerSecond: 5, toleratedFailurePercentage: 5 },
    onboarding: onboarding('staging_onboarding_events'),
    sweep,
    release: atOnce,
    dashboards: 'EACH_STACK',
    reconciliation: daily,
    runbookUrl,
  },
  prod: {
    name: 'prod',
    // Set your own.
    aws: { account: exampleAccount, region: 'us-east-1' },
    logs: { retentionDays: 365, executionData: false, lambda: 'WARN' },
    data: kept,
    stripe: stripe('prod'),
    review: { thresholds, twoReviewersFrom, timeoutSeconds: 4 * 86_400 },
    bulk: { ordersPerSecond: 10, toleratedFailurePercentage: 5 },
    onboarding: onboarding('onboarding_events'),
    undoing: { reservedConcurrency: 20 },
    sweep,
    release: { type: 'CANARY', percentage: 10, everyMinutes: 10 },
    dashboards: 'EACH_STACK',
    reconciliation: daily,
    runbookUrl,
  },
};

/** How long CloudFormation takes to move an alias, in minutes. The machines of one stack move side by side. */
export const shiftMinutes = (release: Stage['release']): number => {
  switch (release.type) {
    case 'ALL_AT_ONCE':
      return 0;
    case 'CANARY':
      return release.everyMinutes;
    case 'LINEAR':
      return (Math.ceil(100 / release.percentage) - 1) * release.everyMinutes;
  }
};

/** The stage of `cdk synth` and `cdk deploy` without `-c stage=`. */
const defaultStage = 'dev';

const isStageName = (name: string): name is StageName => Object.hasOwn(stages, name);

/** @throws when there is no such stage; the message names those that exist. */
const stageNamed = (name: string): Stage => {
  if (!isStageName(name)) {
    throw new Error(
      `There is no stage "${name}". Pass one of them: -c stage=${Object.keys(stages).join('|')}`,
    );
  }
  return stages[name];
};

/**
 * Returns the stage that the CDK context names with `-c stage=`. The local cloud passes the URL of its Stripe double,
 * whose port varies, with `-c stripeEndpoint=`.
 * @throws when there is no such stage, or another one is given a Stripe endpoint
 */
export const stageFromContext = (context: (key: string) => unknown): Stage => {
  const stage = stageNamed(String(context('stage') ?? defaultStage));
  const endpoint = context('stripeEndpoint');
  if (endpoint === undefined) return stage;
  if (stage.name !== 'local') {
    throw new Error(
      `-c stripeEndpoint= is for the stage local only; ${stage.name} always calls ${stage.stripe.endpoint}. ` +
        'Leave it out, or pass -c stage=local.',
    );
  }
  return { ...stage, stripe: { ...stage.stripe, endpoint: String(endpoint) } };
};
