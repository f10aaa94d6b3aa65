// Shows executions on a page of this machine. It only reads: docs/adr/0018-console.md says how and why so.

import type { Cloud } from '../bin/cli/cloud';
import { answersFrom, answersFromFiles } from './answers';
import { type Console, serve } from './server';

export { MOST_COMPARED } from './comparison';

/** @param command makes a command line that the reader can paste from its words */
export const startConsole = (cloud: Cloud, command: (words: string) => string): Promise<Console> =>
  serve(answersFrom(cloud, command));

/** Shows the definitions of this checkout, and asks no cloud. */
export const startConsoleOfFiles = (): Promise<Console> => serve(answersFromFiles);
