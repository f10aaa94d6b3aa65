/** Secrets Manager in memory. */
import * as sdk from '@aws-sdk/client-secrets-manager';
import { type FaultPlan, Faults } from './faults';
import { errorsOf, type Failures, operationOf, underFaults } from './service';

const secretsError = errorsOf(sdk, sdk.SecretsManagerServiceException);

const FAILURES: Failures = {
  throttled: () => secretsError('ThrottlingException', 'Rate exceeded'),
  unavailable: () => secretsError('InternalServiceError', 'An error occurred on the server side.', 500),
  denied: () => secretsError('AccessDeniedException', 'Not authorized: secretsmanager:GetSecretValue'),
};

/** @param values keyed by secret id. They are read at each call, so a test can rotate or delete one. */
export function createSecrets(
  values: Readonly<Record<string, (() => string | undefined) | undefined>>,
  faults = new Faults(),
) {
  const underPlan = underFaults('secretsmanager', faults, FAILURES);

  const call = (operation: string, input: object): Promise<object> => {
    const { SecretId } = input as { SecretId: string };
    return underPlan(operation, SecretId, input, () => {
      const SecretString = values[SecretId]?.();
      if (SecretString !== undefined) return operation === 'getSecretValue' ? { SecretString } : {};
      throw secretsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    });
  };

  return {
    fail: (plan: FaultPlan) => faults.add(plan),
    call,
    failure: underPlan.failure,
    has: (operation: string): boolean => ['getSecretValue', 'describeSecret'].includes(operation),
    client: {
      send: (command: { input: object }) => call(operationOf(command), command.input),
    } as unknown as sdk.SecretsManagerClient,
  };
}
