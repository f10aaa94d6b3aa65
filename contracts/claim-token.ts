// What the welcome e-mail's link carries, and where it leads: shared by who writes and who redeems it.

import { createHash } from 'node:crypto';

/** The two records of an API key in the `api_keys` table, whose key is `apiKeyId` and `record`. */
export const KEY_RECORD = 'key';
export const SEALED_RECORD = 'sealed';

/** How long a sealed key waits for its owner: longer than a redrive (14 days) can put off the e-mail. */
export const CLAIM_DAYS = 30;

/** Derived, so that a retry finds the record of the try before, and the undo that of the execution it undoes. */
export const apiKeyIdOf = (execution: string): string =>
  `key_${createHash('sha256').update(execution).digest('hex').slice(0, 24)}`;

/** What the key is sealed to: it opens for no other key id or execution. Shows in CloudTrail, so ids only. */
export const sealingContext = (apiKeyId: string, execution: string) => ({ apiKeyId, execution });

/** What KMS authenticates in a token. */
export const macMessage = (execution: string): Uint8Array => new TextEncoder().encode(execution);

export interface ClaimToken {
  apiKeyId: string;
  /** HMAC-SHA-256, by a key that never leaves KMS. */
  mac: Uint8Array;
}

export const formatClaimToken = ({ apiKeyId, mac }: ClaimToken): string =>
  `${apiKeyId}.${Buffer.from(mac).toString('base64url')}`;

/** Undefined when the text cannot be a token. */
export function parseClaimToken(token: string): ClaimToken | undefined {
  const match = /^(key_[0-9a-f]{24})\.([\w-]{43})$/.exec(token);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { apiKeyId: match[1], mac: new Uint8Array(Buffer.from(match[2], 'base64url')) };
}
