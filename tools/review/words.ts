/** Shows how a text was changed, by its words: `$amount [->-]{+>=+} 100`, as `git diff --word-diff` has it. */

/** Words on each side of a change that are shown. */
const AROUND = 6;

/** More words than these are not compared: each side is shown as it is. */
const MOST = 1500;

type Part = { readonly same: string[] } | { readonly gone: string[]; readonly added: string[] };

export function wordDifference(before: string, after: string): string {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  if (old.length > MOST || now.length > MOST) return `[-${before}-]{+${after}+}`;
  const parts = partsOf(old, now);
  return parts
    .map((part, index) =>
      'same' in part
        ? shortened(part.same, index > 0, index < parts.length - 1)
        : `${marked('[-', part.gone, '-]')}${marked('{+', part.added, '+}')}`,
    )
    .join('');
}

const marked = (open: string, words: readonly string[], close: string): string =>
  words.length === 0 ? '' : `${open}${words.join('')}${close}`;

const wordsOf = (text: string): string[] => text.match(/\w+|\s+|[^\w\s]/g) ?? [];

/** Of words that are the same, those next to a change. */
function shortened(words: readonly string[], changeBefore: boolean, changeAfter: boolean): string {
  const [head, tail] = [changeBefore ? AROUND : 0, changeAfter ? AROUND : 0];
  if (words.length <= head + tail + 2) return words.join('');
  return [...words.slice(0, head), '…', ...words.slice(words.length - tail)].join('');
}

/** By the longest common subsequence. Signs and blanks between two changes belong to them. */
function partsOf(old: readonly string[], now: readonly string[]): Part[] {
  const common = commonLengths(old, now);
  const parts: Part[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [gone, added]: [string[], string[]] = [[], []];
    while ((i < old.length || j < now.length) && old[i] !== now[j]) {
      const isGone = j >= now.length || (i < old.length && common(i + 1, j) >= common(i, j + 1));
      if (isGone) gone.push(...old.slice(i, ++i));
      else added.push(...now.slice(j, ++j));
    }
    if (gone.length + added.length > 0) parts.push({ gone, added });
    const from = i;
    while (i < old.length && old[i] === now[j]) {
      i++;
      j++;
    }
    if (i > from) parts.push({ same: old.slice(from, i) });
  }
  return withoutGaps(parts);
}

const isGap = (words: readonly string[]): boolean => !/\w/.test(words.join(''));

function withoutGaps(parts: readonly Part[]): Part[] {
  const result: Part[] = [];
  for (const part of parts) {
    const [gap, change] = [result.at(-1), result.at(-2)];
    const isJoined = 'gone' in part && gap && 'same' in gap && isGap(gap.same) && change && 'gone' in change;
    if (!isJoined) result.push(part);
    else
      result.splice(-2, 2, {
        gone: [...change.gone, ...gap.same, ...part.gone],
        added: [...change.added, ...gap.same, ...part.added],
      });
  }
  return result;
}

/** How many words the rests from there have in common. */
function commonLengths(old: readonly string[], now: readonly string[]): (i: number, j: number) => number {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  const common = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    const row = lengths[i] ?? [];
    for (let j = now.length - 1; j >= 0; j--)
      row[j] = old[i] === now[j] ? common(i + 1, j + 1) + 1 : Math.max(common(i + 1, j), common(i, j + 1));
  }
  return common;
}
