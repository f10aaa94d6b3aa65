/** Splitting a stream into lines, independent of its chunks. */
import fc from 'fast-check';
import { linesOf } from '../../../lambda/shared/lines';

async function* chunked(bytes: Buffer, sizes: number[]) {
  let start = 0;
  for (let turn = 0; start < bytes.length; turn++) {
    const end = start + (sizes[turn % sizes.length] ?? 1);
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function read(content: string | Buffer, sizes = [7], maxBytes?: number) {
  const lines: (string | undefined)[] = [];
  for await (const { number, bytes } of linesOf(chunked(Buffer.from(content), sizes), maxBytes)) {
    expect(number).toBe(lines.length + 1);
    lines.push(bytes?.toString());
  }
  return lines;
}

test.each([
  ['nothing', '', []],
  ['an end of line', '\n', ['']],
  ['a last line without an end', 'a\nb', ['a', 'b']],
  ['a last line with one', 'a\nb\n', ['a', 'b']],
  ['lines between, of nothing', 'a\n\n\nb', ['a', '', '', 'b']],
  ['Windows ends', 'a\r\n\r\nb\r\n', ['a', '', 'b']],
  ['carriage returns elsewhere', 'a\rb\r\r\n', ['a\rb\r']],
  ['a byte order mark', '\uFEFFa\n\uFEFFb', ['a', '\uFEFFb']],
  ['only a byte order mark', '\uFEFF', ['']],
])('%s', async (_what, content, lines) => {
  expect(await read(content)).toEqual(lines);
});

test('lines do not depend on where chunks end', async () => {
  const text = fc.array(fc.constantFrom('a', 'é', '🫖', '\n', '\r\n', '\uFEFF'), { maxLength: 60 });
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(text, sizes, async (parts, sizes) => {
      const content = parts.join('');
      const lines = content.replace(/^\uFEFF/, '').split('\n');
      if (lines.at(-1) === '' && !(content === '\uFEFF')) lines.pop();
      expect(await read(content, sizes)).toEqual(lines.map((line) => line.replace(/\r$/, '')));
    }),
  );
});

test('a line that is too long has only its number; the line end does not count', async () => {
  expect(await read('\uFEFF12345\r\n123456\n12345\n1234567890123\n1\r\n', [4], 5)).toEqual([
    '12345',
    undefined,
    '12345',
    undefined,
    '1',
  ]);
});

test('an endless line takes no memory', async () => {
  const before = process.memoryUsage().rss;
  async function* endless() {
    for (let chunk = 0; chunk < 400; chunk++) yield Buffer.alloc(1024 * 1024, 'x');
  }
  for await (const { bytes } of linesOf(endless(), 200_000)) expect(bytes).toBeUndefined();
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
});
