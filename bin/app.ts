/**
 * The CDK app: every stack of one stage, which `-c stage=` selects. The default is `dev`.
 */
import { App, Token, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { CustomersStack } from '../lib/stacks/customers-stack';
import { OperationsStack } from '../lib/stacks/operations-stack';
import { OrderProcessingStack } from '../lib/stacks/order-processing-stack';
import { OverviewStack } from '../lib/stacks/overview-stack';
import { ReconciliationStack } from '../lib/stacks/reconciliation-stack';
import { SaasOnboardingStack } from '../lib/stacks/saas-onboarding-stack';
import { stageFromContext } from '../lib/stages';
import { localAccount } from './local-cloud/environment';

/**
 * The CDK numbers its tokens from a random start and in places sorts by their names, where 999 comes after 1000: the
 * same app would have one of two templates. From five digits on, the order of names is the order of making.
 */
const settleTokens = (): void => {
  const next = () =>
    Number(/\.(\d+)\]/.exec(Token.asString({ Ref: 'None' }))?.[1] ?? Number.POSITIVE_INFINITY);
  while (next() < 10_000);
};

/** The same commit and context give the same templates: nothing else decides what is in them. */
export const createApp = (context: Record<string, unknown> = {}): App => {
  settleTokens();
  const app = new App({ context });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stage = stageFromContext((key) => app.node.tryGetContext(key));
  // cdk says whose credentials it found.
  const { CDK_DEFAULT_ACCOUNT: account = localAccount.account } = process.env;
  if (stage.name === 'local' && account !== localAccount.account) {
    throw new Error(
      `The stage local is for the local cloud, and your credentials are those of the AWS account ${account}. ` +
        'npm start deploys it to the local cloud; name another stage for AWS: -c stage=dev',
    );
  }

  const { alarmTopic, ticketTopic, undelivered } = new OperationsStack(app, 'Operations', { stage });
  const { customers, onboardingEvents } = new CustomersStack(app, 'Customers', { stage });
  const common = { stage, alarmTopic, ticketTopic, undelivered, customers };
  const orders = new OrderProcessingStack(app, 'OrderProcessing', common);
  const onboarding = new SaasOnboardingStack(app, 'SaasOnboarding', { ...common, onboardingEvents });
  new ReconciliationStack(app, 'Reconciliation', {
    ...common,
    payments: orders.payments,
    reservations: orders.reservations,
    orderProcessing: orders.stateMachine,
    onboarding: onboarding.stateMachine,
  });
  new OverviewStack(app, 'Overview', { stage, undelivered });

  return app;
};

if (require.main === module) createApp();
