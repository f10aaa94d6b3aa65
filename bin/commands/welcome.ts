import { randomUUID } from 'node:crypto';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ExecutionDoesNotExist,
} from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { executionIdentity, nameOfIdentity } from '../../contracts/identity';
import { executionArn, executionName } from '../../contracts/names';
import type { Cloud } from '../cli/cloud';
import type { Context } from '../cli/context';
import { type Customer, correctAddress, readCustomer } from '../cli/customers';
import { CliError } from '../cli/errors';
import { stateMachineArn } from '../cli/executions';
import { invoke } from '../cli/invoke';
import { parsed, record } from '../history/json';
import { plain } from '../terminal/text';

export function addWelcome(program: Command, context: Context): void {
  program
    .command('welcome')
    .description("send a customer's welcome e-mail again, with the same link; asks first")
    .argument('<userId>', 'who has signed up')
    .option('--email <address>', "correct the customer's address first")
    .option('--yes', 'do not ask')
    .action(async (userId: string, { email, yes }: { email?: string; yes?: true }) => {
      const { io, command } = context;
      // Only for the id's form.
      executionName('onboarding', userId);
      if (email !== undefined) await checkAddress(email);
      const cloud = await context.cloud();
      const customer = await readCustomer(cloud, userId);
      const { name, state } = await onboardingOf(cloud, customer);
      const address = email ?? customer.email;
      const isCorrected = address !== customer.email;
      if (state !== 'ended' && !isCorrected) throw new CliError(`${userId} was sent nothing. ${left()}`);

      const question = [
        ...(isCorrected
          ? [`Change the address of ${userId} from ${plain(customer.email)} to ${address}`]
          : []),
        ...(state === 'ended' ? [`Send the welcome e-mail of ${userId} to ${plain(address)}`] : []),
      ].join('? ');
      if (!yes && !(await io.confirm(`${question}?`))) {
        throw new CliError('Nothing was changed or sent. Without a terminal to ask, say --yes.');
      }
      if (isCorrected) {
        await correctAddress(cloud, customer, address);
        io.out(`The address of ${userId} is ${address}.`);
        io.err(
          `At Stripe it is the old one still: change it in the dashboard, customer ${plain(customer.stripeCustomerId)}.`,
        );
      }
      if (state === 'ended') io.out(await sendAgain(cloud, customer, address));
      else io.err(left());

      function left(): string {
        return state === 'runs'
          ? `${name} still runs, and sends the e-mail itself unless it has.`
          : `${name} stopped half-way. Finish it, which sends the e-mail unless it was sent: ${command(`redrive ${name}`)}`;
      }
    });
}

/** @throws CliError */
async function checkAddress(address: string): Promise<void> {
  const { addressProblems } = await import('../../lambda/saas-onboarding/signup');
  const problems = addressProblems(address);
  if (problems.length > 0) throw new CliError(`--email ${problems.join(', ')}. Nothing was changed.`, 2);
}

/** The execution that made the customer: while it can still send the e-mail itself, nobody else should. */
async function onboardingOf(
  cloud: Cloud,
  { execution }: Customer,
): Promise<{ name: string; state: 'runs' | 'stopped' | 'ended' }> {
  const name = nameOfIdentity(execution);
  const arn = executionArn(await stateMachineArn(cloud, 'onboarding'), name);
  try {
    const described = await cloud.sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
    return { name, state: isIt(described) ? stateOf(described) : 'ended' };
  } catch (error) {
    // Names are kept for 90 days.
    if (error instanceof ExecutionDoesNotExist) return { name, state: 'ended' };
    throw error;
  }

  function isIt({ startDate }: DescribeExecutionCommandOutput): boolean {
    return startDate !== undefined && executionIdentity(name, startDate) === execution;
  }
}

function stateOf({ status, redriveStatus }: DescribeExecutionCommandOutput) {
  if (status === 'RUNNING') return 'runs';
  return status !== 'SUCCEEDED' && redriveStatus === 'REDRIVABLE' ? 'stopped' : 'ended';
}

/** Each call is one e-mail. Returns what to tell the person. @throws CliError */
async function sendAgain(
  cloud: Cloud,
  { userId, plan, apiKeyId, execution }: Customer,
  address: string,
): Promise<string> {
  const payload = { signup: { userId, plan }, apiKeyId, execution, again: randomUUID() };
  const fn = await cloud.output('SaasOnboarding', 'WelcomeEmailFunctionName');
  try {
    const { messageId } = record(parsed(await invoke(await cloud.clients.lambda(), fn, payload)));
    return `The welcome e-mail of ${userId} went to ${plain(address)} (message ${plain(messageId)}).`;
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const { fromAws, isAnswerLost } = await import('../../lambda/shared/aws');
    const isUnknown = isAnswerLost(fromAws(error)) || /^(Sandbox|Runtime)\./.test(why);
    throw new CliError(
      isUnknown
        ? `The welcome e-mail of ${userId} may have been sent or not: ${plain(why)}. The same command sends it once more.`
        : `The welcome e-mail of ${userId} was not sent. ${plain(why)}`,
    );
  }
}
