import { PassThrough } from 'node:stream';
import { onChange, onEnter, oneAtATime } from '../../../tools/local/triggers';

/** Work that ends when the test says so. */
function slowWork() {
  const ends: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => void ends.push(resolve));
  return { work, ends };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('work that is requested while it runs is done once more, however often it was requested', async () => {
  const { work, ends } = slowWork();
  const ask = oneAtATime(work);
  const done = ask();
  void ask();
  void ask();
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await turn();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await done;
  void ask();
  expect(ends).toHaveLength(3);
});

test('each Enter is one request; other keys and the end of the input are none', async () => {
  const input = new PassThrough();
  let asked = 0;
  onEnter(input, () => asked++);
  for (const typed of ['\n', 'x', 'yes\n']) {
    input.write(typed);
    await turn();
  }
  input.end();
  await turn();
  expect(asked).toBe(2);
});

describe('watching', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('files that are saved one after the other are one request', () => {
    let sources = 'a';
    let asked = 0;
    const look = () => jest.advanceTimersByTime(500);
    const end = onChange(
      () => sources,
      () => asked++,
    );
    look();
    for (sources of ['b', 'c']) look();
    expect(asked).toBe(0);
    look();
    expect(asked).toBe(1);
    look();
    expect(asked).toBe(1);
    sources = 'a';
    look();
    look();
    expect(asked).toBe(2);
    end();
    sources = 'd';
    look();
    look();
    expect(asked).toBe(2);
  });

  test('a change that is reverted at once is no request', () => {
    let sources = 'a';
    const ask = jest.fn();
    onChange(() => sources, ask);
    for (sources of ['b', 'a', 'a']) jest.advanceTimersByTime(500);
    expect(ask).not.toHaveBeenCalled();
  });
});
