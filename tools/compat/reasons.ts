/** Says in a line why a test failed. */
import { stripVTControlCharacters } from 'node:util';
import { clip, plain } from '../../bin/terminal/text';

/** @param message jest's, with its stack */
export function reasonOf(message: string): string {
  const text = stripVTControlCharacters(message);
  const [said = ''] = text.split(/\n\s+at /);
  const expected = /^Expected[^:\n]*: (.*)$/m.exec(said)?.[1] ?? linesOf(said, '-');
  const received = /^Received[^:\n]*: (.*)$/m.exec(said)?.[1] ?? linesOf(said, '+');
  const reason =
    expected !== undefined && received !== undefined
      ? `expected ${expected}, received ${received}`
      : said.replace(/^Error: /, '');
  return clip(plain(reason), 240);
}

/** What a difference takes away or adds: `"outcome": "SHIPPED", …`. */
function linesOf(said: string, sign: '-' | '+'): string | undefined {
  const lines = said
    .split('\n')
    .filter((line) => line.startsWith(`${sign} `) && !/^[-+] (Expected|Received) /.test(line))
    .map((line) => line.slice(1).trim().replace(/,$/, ''));
  const [first, second] = lines;
  if (first === undefined) return /^- Expected/m.test(said) ? 'nothing more' : undefined;
  return second === undefined ? first : `${first}, …`;
}

/** Where the test failed: `order-processing.test.ts:33`. */
export const placeOf = (message: string): string | undefined =>
  /([\w-]+\.test\.ts:\d+):\d+\)?$/m.exec(stripVTControlCharacters(message))?.[1];
