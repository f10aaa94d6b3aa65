/**
 * What differs from stage to stage. No stage has a code path of its own: a difference is a setting here.
 */

/** Where the same app is deployed: `local` is the local cloud, the others are AWS accounts or share one. */
export type StageName = 'local' | 'dev' | 'staging' | 'prod';

export interface Stage {
  /** Prefix of stack names, log groups and secrets, so that stages can share an account. */
  readonly name: StageName;
  readonly logs: {
    /** How long functions' and state machines' logs are kept. */
    readonly retentionDays: number;
    /** Whether state machines log inputs and outputs, which hold personal data. */
    readonly executionData: boolean;
  };
  readonly data: {
    /** What becomes of tables, queues and logs whose stack is deleted. */
    readonly removal: 'RETAIN' | 'DESTROY';
    readonly deletionProtection: boolean;
    readonly pointInTimeRecovery: boolean;
  };
  readonly stripe: {
    /** Origin of the Stripe API. */
    readonly endpoint: string;
    /** Name of the secret in Secrets Manager that holds the API key, as plain text. Made by hand, once. */
    readonly secretName: string;
  };
  readonly review: {
    /**
     * From how many minor units on a person must approve a payment, by currency in lower case. Every payment in a
     * currency that is not listed waits for a person.
     */
    readonly thresholds: Readonly<Record<string, number>>;
    /**
     * How long a person has for it, in seconds; then the order is undone. At most 4 days: authorisations live for 7,
     * with some card networks under 5.
     */
    readonly timeoutSeconds: number;
  };
  readonly bulk: {
    /**
     * How many orders an import starts in a second, a whole number. At least 4, or the largest file would outlast the
     * workflow's own time limit. Below 25, which is what Stripe takes of an endpoint in a second (in test mode: of
     * all together, and an order calls it four times), with room for those who order meanwhile.
     */
    readonly ordersPerSecond: number;
    /** From how many percent of a file's good lines on, that cannot be started, the import gives up. */
    readonly toleratedFailurePercentage: number;
  };
  readonly onboarding: {
    /** From whom the welcome e-mail comes. Its domain is an identity verified with SES. */
    readonly sender: string;
    /** Origin of the application. The welcome e-mail's link leads to its page `/claim`. */
    readonly appUrl: string;
    /** Reports read this table by name, so stages that share an account need different ones. */
    readonly eventsTable: string;
    /**
     * Seconds before a failed signup is undone: longer than any function or HTTP Task lives (90), so that what a lost
     * call still makes is found. Less only where nothing is ever late.
     */
    readonly lateCallSeconds: number;
  };
  /** Page whose anchors `#<workflow>-<alarm>` alarms link to. */
  readonly runbookUrl: string;
}

const stripe = (stage: StageName) => ({
  endpoint: 'https://api.stripe.com',
  secretName: `${stage}/stripe-secret-key`,
});

const thresholds = { eur: 100_000, gbp: 100_000, usd: 100_000 };

/** Placeholders: a domain that you have verified with SES, and where your application is. */
const onboarding = (domain: string, eventsTable: string, lateCallSeconds = 90) => ({
  sender: `welcome@${domain}`,
  appUrl: `https://app.${domain}`,
  eventsTable,
  lateCallSeconds,
});

const disposable = { removal: 'DESTROY', deletionProtection: false, pointInTimeRecovery: false } as const;
const kept = { removal: 'RETAIN', deletionProtection: true, pointInTimeRecovery: true } as const;

/** Placeholder: point it at the page where your runbook is read. */
const runbookUrl = 'https://github.com/example/step-functions-workflows/blob/main/docs/runbook.md';

export const stages: Record<StageName, Stage> = {
  local: {
    name: 'local',
    logs: { retentionDays: 1, executionData: true },
    data: disposable,
    stripe: stripe('local'),
    review: { thresholds, timeoutSeconds: 30 },
    bulk: { ordersPerSecond: 10, toleratedFailurePercentage: 5 },
    onboarding: onboarding('local.example.com', 'onboarding_events', 2),
    runbookUrl,
  },
  dev: {
    name: 'dev',
    logs: { retentionDays: 7, executionData: true },
    data: disposable,
    stripe: stripe('dev'),
    review: { thresholds, timeoutSeconds: 3600 },
    bulk: { ordersPerSecond: 5, toleratedFailurePercentage: 5 },
    onboarding: onboarding('dev.example.com', 'dev_onboarding_events'),
    runbookUrl,
  },
  staging: {
    name: 'staging',
    logs: { retentionDays: 30, executionData: false },
    data: { ...disposable, pointInTimeRecovery: true },
    stripe: stripe('staging'),
    review: { thresholds, timeoutSeconds: 86_400 },
    bulk: { ordersPerSecond: 5, toleratedFailurePercentage: 5 },
    onboarding: onboarding('staging.example.com', 'staging_onboarding_events'),
    runbookUrl,
  },
  prod: {
    name: 'prod',
    logs: { retentionDays: 365, executionData: false },
    data: kept,
    stripe: stripe('prod'),
    review: { thresholds, timeoutSeconds: 4 * 86_400 },
    bulk: { ordersPerSecond: 10, toleratedFailurePercentage: 5 },
    onboarding: onboarding('example.com', 'onboarding_events'),
    runbookUrl,
  },
};

/** The stage that `cdk synth` and `cdk deploy` mean when none is named. */
const defaultStage = 'dev';

const isStageName = (name: string): name is StageName => Object.hasOwn(stages, name);

/** @throws when there is no such stage; the message says which there are. */
const stageNamed = (name: string): Stage => {
  if (!isStageName(name)) {
    throw new Error(
      `There is no stage "${name}". Pass one of them: -c stage=${Object.keys(stages).join('|')}`,
    );
  }
  return stages[name];
};

/**
 * The stage that the CDK context asks for with `-c stage=`. The local cloud, whose Stripe double listens on a port
 * of its own choice, passes that with `-c stripeEndpoint=`.
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
