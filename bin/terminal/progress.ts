// Shows progress: a line for each finished step, and an animated line while steps run.

import { createColors } from 'picocolors';

export interface Progress {
  /** Runs a step, and prints its name when it is done. Without a terminal, also when it takes over two seconds. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export interface Terminal {
  isTTY?: boolean;
  write(text: string): unknown;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

const longSeconds = 2;

/** Returns functions that colour text on a terminal, unless NO_COLOR is set. */
export const coloursFor = (stream: Terminal) => createColors(stream.isTTY === true && !process.env.NO_COLOR);

/** Steps may run at the same time. Without a terminal nothing is animated: a long step is announced instead. */
export function progressTo(stream: Terminal): Progress {
  const colours = coloursFor(stream);
  const active = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let frame = 0;

  const wipe = () => stream.isTTY && stream.write('\r\u001b[K');
  const draw = () => {
    const names = [...active].map(([name, since]) => `${name} ${seconds(since)}`).join(', ');
    frame = (frame + 1) % frames.length;
    wipe();
    stream.write(`${colours.cyan(frames[frame] ?? '')} ${names}`);
  };

  return {
    async step(name, work) {
      const since = Date.now();
      active.set(name, since);
      if (stream.isTTY) timer ??= setInterval(draw, 100).unref();
      const announce = stream.isTTY
        ? undefined
        : setTimeout(() => stream.write(`… ${name}\n`), longSeconds * 1000);
      try {
        const result = await work();
        wipe();
        stream.write(`${colours.green('✔')} ${name}${colours.dim(took(since))}\n`);
        return result;
      } finally {
        clearTimeout(announce);
        active.delete(name);
        if (active.size === 0) {
          clearInterval(timer);
          timer = undefined;
          wipe();
        }
      }
    },
  };
}

const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;

const took = (since: number): string => ` (${seconds(since)})`;
