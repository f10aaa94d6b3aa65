/** KMS in memory, with real cryptography and random keys. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import * as sdk from '@aws-sdk/client-kms';
import { DecryptCommand, EncryptCommand, GenerateMacCommand, VerifyMacCommand } from '@aws-sdk/client-kms';
import { type FaultPlan, Faults } from './faults';
import { errorsOf, type Failures, operationOf, underFaults } from './service';

const IV_BYTES = 12;
const TAG_BYTES = 16;

const kmsError = errorsOf(sdk, sdk.KMSServiceException);

const FAILURES: Failures = {
  throttled: () => kmsError('ThrottlingException', 'Rate exceeded'),
  unavailable: () => kmsError('KMSInternalException', 'Internal error', 500),
  denied: () => kmsError('AccessDeniedException', 'Not authorized to use the key'),
};

/** Any key id works; each has its own secret. */
export function createKms(faults = new Faults()) {
  const secrets = new Map<string, Buffer>();
  const underPlan = underFaults('kms', faults, FAILURES);

  function secretOf(keyId: string | undefined): Buffer {
    if (!keyId) throw kmsError('NotFoundException', 'Invalid keyId');
    const secret = secrets.get(keyId) ?? randomBytes(32);
    secrets.set(keyId, secret);
    return secret;
  }

  function run(command: unknown): object {
    if (command instanceof EncryptCommand) {
      const { KeyId, Plaintext, EncryptionContext } = command.input;
      if (!Plaintext || Plaintext.length > 4096)
        throw kmsError('ValidationException', 'Plaintext: 1 to 4096 bytes');
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', secretOf(KeyId), iv).setAAD(
        contextBytes(EncryptionContext),
      );
      const sealed = Buffer.concat([cipher.update(Plaintext), cipher.final()]);
      return { CiphertextBlob: new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), sealed])) };
    }
    if (command instanceof DecryptCommand) {
      const { KeyId, CiphertextBlob = new Uint8Array(), EncryptionContext } = command.input;
      const blob = Buffer.from(CiphertextBlob);
      const decipher = createDecipheriv('aes-256-gcm', secretOf(KeyId), blob.subarray(0, IV_BYTES))
        .setAAD(contextBytes(EncryptionContext))
        .setAuthTag(blob.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      try {
        const opened = [decipher.update(blob.subarray(IV_BYTES + TAG_BYTES)), decipher.final()];
        return { Plaintext: new Uint8Array(Buffer.concat(opened)) };
      } catch {
        throw kmsError('InvalidCiphertextException', 'Invalid ciphertext');
      }
    }
    if (command instanceof GenerateMacCommand) {
      return { Mac: new Uint8Array(macOf(command.input)) };
    }
    if (command instanceof VerifyMacCommand) {
      const given = Buffer.from(command.input.Mac ?? []);
      const expected = macOf(command.input);
      if (given.length === expected.length && timingSafeEqual(given, expected)) return { MacValid: true };
      throw kmsError('KMSInvalidMacException', 'HMAC verification failed');
    }
    throw new Error(`KMS double: it does not know ${String(command)}`);
  }

  const macOf = ({ KeyId, Message }: { KeyId?: string | undefined; Message?: Uint8Array | undefined }) =>
    createHmac('sha256', secretOf(KeyId))
      .update(Message ?? new Uint8Array())
      .digest();

  return {
    fail: (plan: FaultPlan) => faults.add(plan),
    client: {
      send: (command: { input: { KeyId?: string } }) =>
        underPlan(operationOf(command), command.input.KeyId ?? '', command.input, () => run(command)),
    } as unknown as sdk.KMSClient,
  };
}

/** The same bytes for a context's members in any order. */
const contextBytes = (context: Record<string, string> = {}) =>
  Buffer.from(JSON.stringify(Object.entries(context).sort()));
