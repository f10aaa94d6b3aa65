import type { Io } from './io';

const BETWEEN = 2_000;

/** Returns a function that prints what is under way, unless it has printed within the last two seconds. */
export function tickerOf(io: Pick<Io, 'err'>): (text: string) => void {
  let told = Date.now();
  return (text) => {
    if (Date.now() - told < BETWEEN) return;
    told = Date.now();
    io.err(text);
  };
}
