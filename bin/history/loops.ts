// Shortens polling loops: of many rounds through the same few states, only the first and the last matter.

/** A visit, or the number of rounds that are left out here. */
export type Shown<T> = { visit: T } | { rounds: number };

/** Replaces four or more rounds of up to four states by the first round, a count, and the last round. */
export function collapse<T extends { state: string }>(visits: readonly T[]): Shown<T>[] {
  const shown: Shown<T>[] = [];
  for (let i = 0; i < visits.length; ) {
    const { length, rounds } = loopAt(visits, i, LEAST);
    const show = (from: number, to: number) =>
      shown.push(...visits.slice(from, to).map((visit) => ({ visit })));
    if (rounds < LEAST) {
      show(i, ++i);
      continue;
    }
    show(i, i + length);
    shown.push({ rounds: rounds - 2 });
    i += rounds * length;
    show(i - length, i);
  }
  return shown;
}

/** Fewer rounds are worth seeing one by one. */
const LEAST = 4;

/** The shortest loop of up to four states that begins at `start` and has `least` rounds; else one round of one state. */
export function loopAt(
  visits: readonly { state: string }[],
  start: number,
  least: number,
): { length: number; rounds: number } {
  for (const length of [1, 2, 3, 4]) {
    let end = start + length;
    while (end < visits.length && visits[end]?.state === visits[end - length]?.state) end++;
    const rounds = Math.floor((end - start) / length);
    if (rounds >= least) return { length, rounds };
  }
  return { length: 1, rounds: 1 };
}
