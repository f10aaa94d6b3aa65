// What every command gets.

import type { RenderOptions } from '../history/render';
import type { Timeline } from '../history/timeline';
import type { Cloud } from './cloud';
import type { ExitCode } from './errors';
import { type ExecutionId, readChildren } from './executions';
import type { Io } from './io';

export interface Context {
  readonly io: Io;
  /** The cloud that `--stage` means; the first call says on `err` which that is. */
  cloud(): Promise<Cloud>;
  /** A command line that can be pasted, from its words: `redrive order-A1`. */
  command(words: string): string;
  /** Set by a command that ends without an error but not well. */
  exitCode: ExitCode;
}

/** How this terminal is to see an execution. */
export async function renderOptions(
  context: Context,
  { name }: ExecutionId,
  timeline: Timeline,
): Promise<RenderOptions> {
  const children = await readChildren(await context.cloud(), timeline);
  const { io, command } = context;
  return { name, children, colours: io.colours, command, now: new Date() };
}
