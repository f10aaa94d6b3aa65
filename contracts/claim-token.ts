// The token in the welcome e-mail's link: the function that sends it and the client that redeems it agree on it here.

import { createHash } from 'node:crypto';

/** The two records of an API key in the `api_keys` table, whose key is `apiKeyId` and `record`. */
export const KEY_RECORD = 'key';
export const SEALED_RECORD = 'sealed';

/** How long a sealed key waits for its owner. A redrive may delay the e-mail by up to 14 days, so this is longer. */
export const CLAIM_DAYS = 30;

/** Derived from the execution, so that a retry and the compensation find the record that the first try made. */
export const apiKeyIdOf = (execution: string): string =>
  `key_${createHash('sha256').update(execution).digest('hex').slice(0, 24)}`;

/** KMS encryption context: the sealed key opens only with the same ids. CloudTrail shows it, so it holds ids only. */
export const sealingContext = (apiKeyId: string, execution: string) => ({ apiKeyId, execution });

/** The text that the token's MAC authenticates. */
export const macMessage = (execution: string): Uint8Array => new TextEncoder().encode(execution);

export interface ClaimToken {
  apiKeyId: string;
  /** HMAC-SHA-256 with a key that never leaves KMS. */
  mac: Uint8Array;
}

export const formatClaimToken = ({ apiKeyId, mac }: ClaimToken): string =>
  `${apiKeyId}.${Buffer.from(mac).toString('base64url')}`;

/** Returns undefined when the text cannot be a token. */
export function parseClaimToken(token: string): ClaimToken | undefined {
  const match = /^(key_[0-9a-f]{24})\.([\w-]{43})$/.exec(token);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { apiKeyId: match[1], mac: new Uint8Array(Buffer.from(match[2], 'base64url')) };
}
