// Whether the stage's secret holds a key of Stripe, of the right kind.

import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { Stage } from '../../lib/stages';
import type { Aws } from './aws';
import { type Finding, failureOf, unseen } from './finding';

export async function lookAtStripeKey({ secrets }: Pick<Aws, 'secrets'>, stage: Stage): Promise<Finding> {
  const check = 'Stripe key';
  const { secretName, mode } = stage.stripe;
  try {
    const { DeletedDate } = await secrets.send(new DescribeSecretCommand({ SecretId: secretName }));
    if (DeletedDate) {
      return {
        check,
        verdict: 'refused',
        found: `${secretName} is being deleted`,
        remedy: `aws secretsmanager restore-secret --secret-id ${secretName}`,
      };
    }
  } catch (error) {
    if (failureOf(error).name !== 'ResourceNotFoundException')
      return unseen(check, 'secretsmanager:DescribeSecret', error);
    return {
      check,
      verdict: 'refused',
      found: `there is no secret ${secretName}`,
      remedy: `aws secretsmanager create-secret --name ${secretName} --secret-string sk_${mode}_…`,
    };
  }
  try {
    const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: secretName }));
    const problem = keyProblem(SecretString, mode);
    if (!problem) return { check, verdict: 'ok', found: `${secretName} holds a ${mode} key` };
    return {
      check,
      verdict: 'refused',
      found: `${secretName} ${problem}`,
      remedy: `aws secretsmanager put-secret-value --secret-id ${secretName} --secret-string sk_${mode}_…`,
    };
  } catch (error) {
    return unseen(check, 'secretsmanager:GetSecretValue', error);
  }
}

/** Says nothing of the key itself. */
function keyProblem(key: string, mode: 'test' | 'live'): string | undefined {
  if (key !== key.trim()) return 'begins or ends with white space, which Stripe takes for part of the key';
  const found = /^[rs]k_(test|live)_\w+$/.exec(key)?.[1];
  if (!found) return 'holds no secret key of Stripe (sk_…, or rk_… for a restricted one)';
  return found === mode ? undefined : `holds a ${found} key; this stage takes a ${mode} key (lib/stages.ts)`;
}
