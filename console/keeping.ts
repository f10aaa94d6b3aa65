/**
 * Remembers what was read, by key, for so many milliseconds. A failure is not remembered.
 *
 * @param most of how many keys; the oldest is forgotten for one more
 */
export function keeping<T>(milliseconds: number, most: number) {
  const known = new Map<string, { at: number; answer: Promise<T> }>();
  return (key: string, read: () => Promise<T>): Promise<T> => {
    const found = known.get(key);
    if (found && Date.now() - found.at < milliseconds) return found.answer;
    const answer = read();
    known.delete(key);
    known.set(key, { at: Date.now(), answer });
    answer.catch(() => known.delete(key));
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
    return answer;
  };
}
