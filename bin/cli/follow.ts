// Follows an execution until it ends.

import { stripVTControlCharacters } from 'node:util';
import { renderHistory, renderStatus } from '../history/render';
import type { Timeline } from '../history/timeline';
import { verdictOf } from '../history/verdict';
import { clip, moment } from '../terminal/text';
import { type Context, renderOptions } from './context';
import { type ExecutionId, readTimeline } from './executions';

const POLL_MILLISECONDS = 1000;

/** Polls until the execution has ended. Calls `onChange` before each pause. */
export async function untilEnded(
  context: Context,
  id: ExecutionId,
  onChange: (timeline: Timeline) => void | Promise<void> = () => {},
): Promise<Timeline> {
  const cloud = await context.cloud();
  return context.io.interruptible(async (signal) => {
    for (;;) {
      const timeline = await readTimeline(cloud, id);
      if (timeline.end) return timeline;
      await onChange(timeline);
      await context.io.sleep(POLL_MILLISECONDS, signal);
    }
  });
}

/** Prints the status of the execution, and sets the exit code when it failed. */
export async function showStatus(context: Context, id: ExecutionId, timeline: Timeline): Promise<void> {
  context.io.out(renderStatus(timeline, await renderOptions(context, id, timeline)));
  if (verdictOf(timeline).failed) context.exitCode = 1;
}

/** On a terminal, redraws the history each second; elsewhere, prints a line for each change. */
export async function watch(context: Context, id: ExecutionId): Promise<void> {
  const screen = context.io.terminal() ? redrawn(context, id) : reported(context, id);
  const timeline = await untilEnded(context, id, screen.show);
  screen.clear();
  await showStatus(context, id, timeline);
}

interface Screen {
  show(timeline: Timeline): void | Promise<void>;
  clear(): void;
}

function redrawn(context: Context, id: ExecutionId): Screen {
  const { io } = context;
  let height = 0;
  // Moves to the first line that was drawn, and erases from there. The cursor is never hidden and no terminal mode
  // is changed, so nothing has to be restored when the process is killed.
  const clear = () => {
    if (height > 0) io.raw(`\u001b[${height}A\r\u001b[J`);
    height = 0;
  };
  return {
    clear,
    show: async (timeline) => {
      const text = renderHistory(timeline, await renderOptions(context, id, timeline));
      const lines = fitted(text.split('\n'), io.terminal() ?? { rows: 24, columns: 80 });
      clear();
      io.raw(`${lines.join('\n')}\n`);
      height = lines.length;
    },
  };
}

/** Cuts the text to the screen, because wrapped or scrolled lines cannot be erased. The last lines are kept. */
function fitted(lines: string[], { rows, columns }: { rows: number; columns: number }): string[] {
  const most = Math.max(rows - 1, 1);
  const kept = lines.length <= most ? lines : [...lines.slice(0, 1), ...lines.slice(1 - most)];
  return kept.slice(0, most).map((line) => {
    const bare = stripVTControlCharacters(line);
    return bare.length < columns ? line : clip(bare, columns - 1);
  });
}

function reported({ io }: Context, { name }: ExecutionId): Screen {
  let last = '';
  return {
    clear: () => {},
    show: (timeline) => {
      const { outcome, at } = verdictOf(timeline);
      const line = `${name}  ${outcome}${at.length > 0 ? ` at ${at.join(' and ')}` : ''}`;
      if (line !== last) io.out(`${moment(new Date())}  ${line}`);
      last = line;
    },
  };
}
