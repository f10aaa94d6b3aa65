// Random numbers: with a seed, a run can be repeated exactly.

import { randomBytes } from 'node:crypto';

export interface Random {
  /** In [0, 1). */
  number(): number;
  uuid(): string;
  /** An opaque task token of 256 random bits. */
  token(): string;
}

export function random(seed?: number): Random {
  const number = seed === undefined ? Math.random : mulberry32(seed);
  const bytes = (count: number) =>
    seed === undefined
      ? randomBytes(count)
      : Buffer.from(Array.from({ length: count }, () => Math.floor(number() * 256)));
  return {
    number,
    uuid() {
      const id = bytes(16);
      id.writeUInt8((id.readUInt8(6) & 0x0f) | 0x40, 6);
      id.writeUInt8((id.readUInt8(8) & 0x3f) | 0x80, 8);
      return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    },
    token: () => `AQC${bytes(32).toString('base64url')}`,
  };
}

/** Mulberry32 (public domain): small, fast, and good enough for jitter. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
