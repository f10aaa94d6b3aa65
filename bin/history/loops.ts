// A polling loop visits the same few states over and over; only its first and last rounds tell something.

/** A visit, or the rounds left out between two others. */
export type Shown<T> = { visit: T } | { rounds: number };

/** Four rounds or more of up to four states become the first, a count, and the last. */
export function collapse<T extends { state: string }>(visits: readonly T[]): Shown<T>[] {
  const shown: Shown<T>[] = [];
  for (let i = 0; i < visits.length; ) {
    const { length, rounds } = loopAt(visits, i);
    const show = (from: number, to: number) =>
      shown.push(...visits.slice(from, to).map((visit) => ({ visit })));
    if (rounds < 4) {
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

function loopAt(visits: readonly { state: string }[], start: number): { length: number; rounds: number } {
  for (const length of [1, 2, 3, 4]) {
    let end = start + length;
    while (end < visits.length && visits[end]?.state === visits[end - length]?.state) end++;
    const rounds = Math.floor((end - start) / length);
    if (rounds >= 4) return { length, rounds };
  }
  return { length: 1, rounds: 1 };
}
