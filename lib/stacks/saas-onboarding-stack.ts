/**
 * SaaS onboarding: the workflow and the resources that only it uses.
 */
import { CfnOutput, SecretValue } from 'aws-cdk-lib';
import { Authorization, Connection } from 'aws-cdk-lib/aws-events';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { LIVE } from '../../contracts/names';
import { STRIPE_VERSION } from '../../lambda/shared/stripe-version';
import { NoticeTopic } from '../resources/notice-topic';
import { StageTable } from '../resources/stage-table';
import {
  callHttp,
  credentials,
  invoke,
  invokeLive,
  items,
  key,
  publish,
  sendEmailFrom,
  setting,
  tablesNamed,
} from '../workflow/bindings';
import { notifyOfConnection } from '../workflow/connection-state';
import { TaskFunction } from '../workflow/task-function';
import { Workflow } from '../workflow/workflow';
import { WorkflowStack, type WorkflowStackProps } from '../workflow/workflow-stack';
import { alarmOnSignups } from './saas-onboarding/signup-alarms';

export interface SaasOnboardingStackProps extends WorkflowStackProps {
  readonly customers: StageTable;
  readonly onboardingEvents: StageTable;
}

export class SaasOnboardingStack extends WorkflowStack {
  readonly stateMachine: StateMachine;

  constructor(
    scope: Construct,
    id: string,
    { customers, onboardingEvents, ...props }: SaasOnboardingStackProps,
  ) {
    super(scope, id, { ...props, description: 'SaaS onboarding: from a signup to a customer with a key' });
    const { onboarding, stripe, data } = this.stage;

    const apiKeys = new StageTable(this, 'ApiKeys', {
      key: 'apiKeyId',
      sortKey: 'record',
      timeToLive: 'expiresAt',
    });
    const idempotency = new StageTable(this, 'Idempotency', { key: 'id', timeToLive: 'expiration' });

    const dataKey = new Key(this, 'Key', {
      description: `Sealed API keys and signup errors of stage ${this.stage.name}`,
      enableKeyRotation: true,
      removalPolicy: this.removalPolicy,
    });
    const tokenKey = new Key(this, 'ClaimTokenKey', {
      description: `Makes and verifies claim tokens of stage ${this.stage.name}`,
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      removalPolicy: this.removalPolicy,
    });
    const signupErrors = new NoticeTopic(this, 'SignupErrors', {
      key: dataKey,
      runbook: 'saas-onboarding-not-delivered',
      impact: 'Nobody hears of signups that were rejected or failed.',
    });
    // CloudFormation reads the key from the secret, so that it is in no template. The connection keeps a copy, which
    // no deployment renews while nothing here changes: `workflows stripe rotate-key` does.
    const stripeKey = SecretValue.secretsManager(stripe.secretName).unsafeUnwrap();
    const stripeConnection = new Connection(this, 'Stripe', {
      authorization: Authorization.apiKey(
        'Authorization',
        SecretValue.unsafePlainText(`Bearer ${stripeKey}`),
      ),
    });
    notifyOfConnection(this, stripeConnection, {
      service: 'Stripe',
      impact: 'Nobody can sign up; signups stop at Stripe, and wait there to be undone.',
      runbook: 'stripe-connection',
    });

    const validateSignup = new TaskFunction(this, 'ValidateSignup', {
      entry: 'saas-onboarding/validate-signup',
      timeoutSeconds: 15,
      memoryMB: 256,
      environment: { CUSTOMERS_TABLE: items(customers, 'GetItem') },
    });
    const createApiKey = new TaskFunction(this, 'CreateApiKey', {
      entry: 'saas-onboarding/create-api-key',
      timeoutSeconds: 40,
      memoryMB: 256,
      environment: {
        API_KEYS_TABLE: items(apiKeys, 'GetItem', 'PutItem'),
        SEALING_KEY: key(dataKey, 'Encrypt'),
      },
    });
    const deleteApiKey = new TaskFunction(this, 'DeleteApiKey', {
      entry: 'saas-onboarding/delete-api-key',
      timeoutSeconds: 25,
      memoryMB: 256,
      undoes: true,
      environment: { API_KEYS_TABLE: items(apiKeys, 'UpdateItem', 'DeleteItem') },
    });
    const sendWelcomeEmail = new TaskFunction(this, 'SendWelcomeEmail', {
      entry: 'saas-onboarding/send-welcome-email',
      timeoutSeconds: 75,
      memoryMB: 256,
      environment: {
        CUSTOMERS_TABLE: items(customers, 'GetItem'),
        API_KEYS_TABLE: items(apiKeys, 'UpdateItem'),
        IDEMPOTENCY_TABLE: items(idempotency, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'),
        TOKEN_KEY: key(tokenKey, 'GenerateMac'),
        SENDER: sendEmailFrom(this, this.required('Sender', onboarding.sender)),
        APP_URL: setting(this.required('AppUrl', onboarding.appUrl)),
      },
    });

    const tenantTables = tablesNamed(
      this,
      `${this.stage.name}-tenant-`,
      'CreateTable',
      'TagResource',
      'DescribeTable',
      'UpdateTable',
      'UpdateContinuousBackups',
      'DeleteTable',
    );
    const workflow = new Workflow(this, 'SaasOnboarding', {
      definition: 'saas-onboarding',
      impact: 'New customers cannot sign up.',
      outcomes: {
        Onboarded: 'LogOnboardingComplete',
        Rejected: 'NotifyInvalidSignup',
        /** For any reason. */
        Undone: 'DeleteDatabase',
      },
      overdue: { afterSeconds: 600, severity: 'page' },
      bindings: {
        ValidateSignupArn: invoke(validateSignup),
        SignupErrorsTopic: publish(signupErrors),
        TenantTablePrefix: tenantTables,
        TenantDeletionProtection: setting(String(data.deletionProtection)),
        TenantPointInTimeRecovery: setting(String(data.pointInTimeRecovery)),
        LateCallSeconds: setting(String(onboarding.lateCallSeconds)),
        CreateApiKeyArn: invoke(createApiKey),
        DeleteApiKeyArn: invokeLive(deleteApiKey),
        StripeEndpoint: callHttp(
          stripe.endpoint,
          { methods: ['GET', 'POST'], path: '/v1/customers' },
          { methods: ['DELETE'], path: '/v1/customers/*' },
        ),
        StripeVersion: setting(STRIPE_VERSION),
        StripeConnectionArn: credentials(stripeConnection),
        CustomersTable: items(customers, 'PutItem'),
        SendWelcomeEmailArn: invokeLive(sendWelcomeEmail),
        OnboardingEventsTable: items(onboardingEvents, 'PutItem'),
      },
    });

    alarmOnSignups(this, workflow);
    this.stateMachine = workflow.stateMachine;

    new CfnOutput(this, 'StateMachineArn', { value: workflow.release.liveArn });
    new CfnOutput(this, 'TenantTablePrefix', { value: tenantTables.value });
    new CfnOutput(this, 'ApiKeysTableName', { value: apiKeys.tableName });
    new CfnOutput(this, 'ApiKeySealingKeyArn', { value: dataKey.keyArn });
    new CfnOutput(this, 'ClaimTokenKeyArn', { value: tokenKey.keyArn });
    new CfnOutput(this, 'WelcomeEmailFunctionName', { value: `${sendWelcomeEmail.functionName}:${LIVE}` });
    new CfnOutput(this, 'SignupErrorsTopicArn', { value: signupErrors.topicArn });
    new CfnOutput(this, 'StripeConnectionName', { value: stripeConnection.connectionName });
    new CfnOutput(this, 'StripeEndpoint', { value: stripe.endpoint });
  }
}
