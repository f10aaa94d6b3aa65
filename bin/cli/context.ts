// What every command receives.

import type { RenderOptions } from '../history/render';
import type { Timeline } from '../history/timeline';
import type { Cloud } from './cloud';
import type { ExitCode } from './errors';
import { type ExecutionId, readChildren } from './executions';
import type { Io } from './io';

export interface Context {
  readonly io: Io;
  /** The cloud that `--stage` selects. The first call prints its name on `err`. */
  cloud(): Promise<Cloud>;
  /** Whether there is one: a stage of AWS is chosen, or the local cloud runs. */
  hasCloud(): boolean;
  /** Makes a command line that the reader can paste from its words: `redrive order-A1`. */
  command(words: string): string;
  /** A command sets it to report a failed execution without throwing. */
  exitCode: ExitCode;
}

/** The options with which this terminal shows an execution. */
export async function renderOptions(
  context: Context,
  { name }: ExecutionId,
  timeline: Timeline,
): Promise<RenderOptions> {
  const children = await readChildren(await context.cloud(), timeline);
  const { io, command } = context;
  return { name, children, colours: io.colours, command, now: new Date() };
}
