import { progressTo } from '../../../bin/terminal/progress';

const recorded = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, write: (text: string) => written.push(text), written };
};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('without a terminal, a quick step is one line', async () => {
  const stream = recorded(false);
  expect(await progressTo(stream).step('Started', async () => 7)).toBe(7);
  expect(stream.written).toEqual(['✔ Started (0.0 s)\n']);
});

test('without a terminal, a step over two seconds is announced', async () => {
  const stream = recorded(false);
  const step = progressTo(stream).step('Deployed', () => new Promise((resolve) => setTimeout(resolve, 5000)));
  jest.advanceTimersByTime(1999);
  expect(stream.written).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(stream.written).toEqual(['… Deployed\n']);
  jest.advanceTimersByTime(3000);
  await step;
  expect(stream.written).toEqual(['… Deployed\n', '✔ Deployed (5.0 s)\n']);
});

test('on a terminal, concurrent steps share a moving line, which is removed when they have ended', async () => {
  const stream = recorded(true);
  const progress = progressTo(stream);
  const lasting = (name: string, seconds: number) =>
    progress.step(name, () => new Promise((resolve) => setTimeout(resolve, seconds * 1000)));
  const steps = [lasting('Templates', 2), lasting('Emulator', 3)];
  await jest.advanceTimersByTimeAsync(1000);
  expect(stream.written.at(-1)).toContain('Templates 1.0 s, Emulator 1.0 s');
  await jest.advanceTimersByTimeAsync(2000);
  await Promise.all(steps);
  expect(stream.written.join('')).toContain('Emulator');
  expect(stream.written.at(-1)).toBe('\r\u001b[K');
  expect(jest.getTimerCount()).toBe(0);
});

test('a step that fails leaves no line, and throws its error', async () => {
  const stream = recorded(false);
  const failing = progressTo(stream).step('Deployed', () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(stream.written).toEqual([]);
});
