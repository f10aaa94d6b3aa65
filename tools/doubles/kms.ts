/** KMS in memory, with real cryptography: what is sealed here opens nowhere else. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  DecryptCommand,
  EncryptCommand,
  GenerateMacCommand,
  InvalidCiphertextException,
  type KMSClient,
  KMSInvalidMacException,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { awsError, type Fault, Faults, replyLost } from './faults';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Any key id works; each has a secret of its own. A fault's `on` is `Encrypt`, `Decrypt`, `GenerateMac`, `VerifyMac`. */
export function createKms() {
  const secrets = new Map<string, Buffer>();
  const faults = new Faults();

  function secretOf(keyId: string | undefined): Buffer {
    if (!keyId) throw awsError('NotFoundException', 'Invalid keyId');
    const secret = secrets.get(keyId) ?? randomBytes(32);
    secrets.set(keyId, secret);
    return secret;
  }

  function run(command: unknown): object {
    if (command instanceof EncryptCommand) {
      const { KeyId, Plaintext, EncryptionContext } = command.input;
      if (!Plaintext || Plaintext.length > 4096)
        throw awsError('ValidationException', 'Plaintext: 1 to 4096 bytes');
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
        throw new InvalidCiphertextException({ message: 'Invalid ciphertext', $metadata: {} });
      }
    }
    if (command instanceof GenerateMacCommand) {
      return { Mac: new Uint8Array(macOf(command.input)) };
    }
    if (command instanceof VerifyMacCommand) {
      const given = Buffer.from(command.input.Mac ?? []);
      const expected = macOf(command.input);
      if (given.length === expected.length && timingSafeEqual(given, expected)) return { MacValid: true };
      throw new KMSInvalidMacException({ message: 'HMAC verification failed', $metadata: {} });
    }
    throw new Error(`KMS double: it does not know ${String(command)}`);
  }

  const macOf = ({ KeyId, Message }: { KeyId?: string | undefined; Message?: Uint8Array | undefined }) =>
    createHmac('sha256', secretOf(KeyId))
      .update(Message ?? new Uint8Array())
      .digest();

  return {
    fail: (fault: Fault) => faults.add(fault),
    client: {
      async send(command: object) {
        const fault = faults.take(command.constructor.name.replace(/Command$/, ''));
        if (fault === 'throttled') throw awsError('ThrottlingException', 'Rate exceeded');
        if (fault === 'unavailable') throw awsError('KMSInternalException', 'Internal error', 500);
        if (fault === 'denied') throw awsError('AccessDeniedException', 'Not authorized to use the key');
        const answer = run(command);
        if (fault === 'lostReply') throw replyLost();
        return answer;
      },
    } as unknown as KMSClient,
  };
}

/** The order of a context's members does not matter. */
const contextBytes = (context: Record<string, string> = {}) =>
  Buffer.from(JSON.stringify(Object.entries(context).sort()));
