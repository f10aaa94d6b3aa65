/**
 * `npm run deploy -- -c stage=dev` checks that the Stripe key is in Secrets Manager, then runs `cdk deploy --all`. The
 * stacks cannot make this secret themselves: a template that held the key would show it.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Stage, stageFromContext } from '../lib/stages';

/** The values of a command-line option that may be given several times: `-c a=1 --context=b=2`. */
export const optionValues = (args: readonly string[], ...names: readonly string[]): string[] =>
  args.flatMap((arg, index) => {
    const next = args[index + 1];
    if (names.includes(arg)) return next === undefined ? [] : [next];
    const name = names.find((candidate) => arg.startsWith(`${candidate}=`));
    return name === undefined ? [] : [arg.slice(name.length + 1)];
  });

/** The stage that the arguments for cdk ask for. @throws as stageFromContext */
export const stageOf = (args: readonly string[]): Stage => {
  const context = new Map(
    optionValues(args, '-c', '--context').map((pair): [string, string] => {
      const [key = '', ...value] = pair.split('=');
      return [key, value.join('=')];
    }),
  );
  return stageFromContext((key) => context.get(key));
};

/** Returns a message that says why the Stripe key was not found, and what to do. */
export const adviceFor = (error: unknown, { name, stripe: { secretName } }: Stage): string => {
  const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
  switch (kind) {
    case 'ResourceNotFoundException':
      return (
        `There is no Stripe key for the stage ${name}. Put one there, then deploy again:\n\n` +
        `  aws secretsmanager create-secret --name ${secretName} --secret-string sk_…\n\n` +
        'Use the same account and Region; a test key (sk_test_…) for anything but prod.'
      );
    case 'CredentialsProviderError':
    case 'ExpiredTokenException':
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
      return `AWS does not know you: ${message}\nSign in (aws sso login), or name a profile: --profile <name>.`;
    case 'AccessDeniedException':
      return `You may not look at the secret ${secretName}: ${message}\nDeploying needs secretsmanager:DescribeSecret.`;
    default:
      return /region is missing/i.test(message)
        ? 'No AWS Region is set: set AWS_REGION, or name a profile that has one: --profile <name>.'
        : `Could not look for the secret ${secretName}: ${kind}: ${message}`;
  }
};

const main = async (args: readonly string[]): Promise<number> => {
  const stage = stageOf(args);
  const [profile] = optionValues(args, '--profile');
  const secrets = new SecretsManagerClient(profile === undefined ? {} : { profile });
  try {
    await secrets.send(new DescribeSecretCommand({ SecretId: stage.stripe.secretName }));
  } catch (error) {
    console.error(adviceFor(error, stage));
    return 1;
  }
  const root = join(__dirname, '..');
  const cdk = join(root, 'node_modules/aws-cdk/bin/cdk');
  const { status } = spawnSync(process.execPath, [cdk, 'deploy', '--all', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  return status ?? 1;
};

if (require.main === module) {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
