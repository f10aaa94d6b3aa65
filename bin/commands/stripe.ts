import type { Command } from 'commander';
import type { Cloud } from '../cli/cloud';
import type { Context } from '../cli/context';
import { CliError } from '../cli/errors';
import { plain } from '../terminal/text';

/** How long EventBridge may take to authorise the connection. */
const WAIT_SECONDS = 60;

export function addStripe(program: Command, context: Context): void {
  program
    .command('stripe')
    .description('the key with which the workflows call Stripe')
    .command('rotate-key')
    .description(
      "give the key in the stage's secret to the connection of onboarding, after asking Stripe whether it takes it",
    )
    .action(() => rotateKey(context));
}

/** Changes nothing unless Stripe takes the key. Run again, it does the same again. */
async function rotateKey(context: Context): Promise<void> {
  const { io } = context;
  const note = (text: string) => io.err(io.colours.dim(text));
  const cloud = await context.cloud();
  const { stages } = await import('../../lib/stages');
  const { secretName, mode } = stages[cloud.stage].stripe;
  const name = await cloud.output('SaasOnboarding', 'StripeConnectionName');

  const key = await readKey(cloud);
  note('Asking Stripe whether it takes the key …');
  await askStripe(await cloud.output('SaasOnboarding', 'StripeEndpoint'), key, secretName);
  io.out(`${secretName} holds a ${mode} key, and Stripe takes it.`);

  const { UpdateConnectionCommand } = await import('@aws-sdk/client-eventbridge');
  const events = await cloud.clients.events();
  await events.send(
    new UpdateConnectionCommand({
      Name: name,
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: `Bearer ${key}` },
      },
    }),
  );
  note(`Waiting for the connection, up to ${WAIT_SECONDS} s …`);
  await untilAuthorised(context, name);
  io.out(`The connection ${name} has it, and is AUTHORIZED.`);

  const { KEY_LIFETIME_MS } = await import('../../lambda/shared/key-lifetime');
  const until = new Date(Date.now() + KEY_LIFETIME_MS).toISOString().slice(11, 19);
  io.err(
    `Functions may use the key before it until ${until} UTC: let that one expire at Stripe only afterwards.`,
  );
  io.err(`Signups that stopped for want of it: ${context.command('redrive --all --workflow onboarding')}`);
}

/** @throws CliError when there is none, or one of the wrong kind; it says nothing of the key itself */
async function readKey(cloud: Cloud): Promise<string> {
  const secrets = await cloud.clients.secrets();
  const [{ lookAtStripeKey }, { GetSecretValueCommand }, { stages }] = await Promise.all([
    import('../deployment/stripe-key'),
    import('@aws-sdk/client-secrets-manager'),
    import('../../lib/stages'),
  ]);
  const { verdict, found, remedy = '' } = await lookAtStripeKey({ secrets }, stages[cloud.stage]);
  if (verdict !== 'ok') throw new CliError(`${found}. Nothing was changed. What to do: ${remedy}`);
  const { SecretString = '' } = await secrets.send(
    new GetSecretValueCommand({ SecretId: stages[cloud.stage].stripe.secretName }),
  );
  return SecretString;
}

/** Reads what signups read, so a restricted key that may not do that is found. @throws CliError */
async function askStripe(endpoint: string, key: string, secretName: string): Promise<void> {
  const { status } = await fetch(`${endpoint}/v1/customers?limit=1`, {
    headers: { Authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(10_000),
  }).catch((error: unknown) => {
    const why = error instanceof Error ? String(error.cause ?? error.message) : String(error);
    throw new CliError(`Stripe could not be asked: ${plain(why)}. Nothing was changed. Try again.`);
  });
  if (status === 200) return;
  const refusals: Record<number, string> = {
    401: `Stripe refuses the key in ${secretName}: it is wrong, or has expired. Nothing was changed. Put another one there: aws secretsmanager put-secret-value --secret-id ${secretName} --secret-string …`,
    403: `The key in ${secretName} may not read customers, which signups do. Nothing was changed. Give it that permission in Stripe's dashboard, or put another one there.`,
  };
  throw new CliError(refusals[status] ?? `Stripe answered ${status}. Nothing was changed. Try again.`);
}

/** @throws CliError when the connection has the key and is not authorised */
async function untilAuthorised({ io, cloud }: Context, name: string): Promise<void> {
  const { DescribeConnectionCommand } = await import('@aws-sdk/client-eventbridge');
  const events = await (await cloud()).clients.events();
  await io.interruptible(async (signal) => {
    for (let second = 0; ; second++) {
      const { ConnectionState, StateReason = 'no reason given' } = await events.send(
        new DescribeConnectionCommand({ Name: name }),
      );
      if (ConnectionState === 'AUTHORIZED') return;
      if (second === WAIT_SECONDS) {
        throw new CliError(
          `The connection ${name} has the key, and is ${ConnectionState} (${plain(StateReason)}). ` +
            `Look again: aws events describe-connection --name ${name}`,
        );
      }
      await io.sleep(1000, signal);
    }
  });
}
