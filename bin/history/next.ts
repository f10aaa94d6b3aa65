// Says what a person does about an execution, with the command to paste.

import { workflowOf } from '../../contracts/workflows';
import type { Verdict } from './verdict';

export interface NextStep {
  say?: string;
  /** A command line. */
  run?: string;
}

export interface NextOptions {
  /** The execution's name. */
  name: string;
  /** Makes a command line that the reader can paste from its words: `redrive order-A1`. */
  command: (words: string) => string;
}

export function nextSteps({ todo, advice, at, failed }: Verdict, { name, command }: NextOptions): NextStep[] {
  switch (todo) {
    case 'retry':
      return [
        {
          say: 'Nothing is left of this attempt, so a redrive would only fail again. When the cause is gone, start the next:',
        },
        { run: nextAttempt(name, command) },
      ];
    case 'decide':
      return [
        { say: 'Not all of it is undone, and a redrive would only fail again.' },
        { say: advice ?? 'The runbook says what to do about the state at which it ended.' },
        // Only an import may be repeated whatever is left of it: it leaves alone what lives.
        ...(workflowOf(name) === 'import' ? [{ run: nextAttempt(name, command) }] : []),
      ];
    case 'redrive':
      return [
        { say: `It stopped at ${at.join(' and ') || 'its start'} and is neither completed nor undone.` },
        { say: 'When the cause is gone, go on from there:', run: command(`redrive ${name}`) },
      ];
    default:
      return !failed && at.includes('ReviewPayment')
        ? [{ say: 'A person must answer:', run: command(`review approve|reject ${name}`) }]
        : [];
  }
}

/** `order-A1` is followed by attempt 2, `order-A1_2` by attempt 3; with the same input. */
function nextAttempt(name: string, command: NextOptions['command']): string {
  const workflow = workflowOf(name);
  if (workflow === 'import') return command('import <file> --again');
  const number = Number(/_(\d+)$/.exec(name)?.[1] ?? '1') + 1;
  return command(`start ${workflow} --from ${name} --attempt ${number}`);
}
