// Retry and Catch of Task, Parallel and Map.

import { StateError } from './errors';
import type { Fields } from './fields';
import { type Exit, loadExit, type Result, type State, type Transition } from './state';
import type { Step } from './step';

interface Retrier {
  errorEquals: string[];
  intervalSeconds: number;
  maxAttempts: number;
  backoffRate: number;
  /** Seconds. */
  maxDelay: number;
  fullJitter: boolean;
}

interface Catcher extends Exit {
  errorEquals: string[];
  next: string;
}

interface ErrorHandling {
  retriers: Retrier[];
  catchers: Catcher[];
}

/** Loads Retry and Catch of a Task, Parallel or Map. */
export function loadWork(
  fields: Fields,
  { name, type }: { name: string; type: string },
  /** Returns the state's result. */
  work: (step: Step) => Promise<Result>,
): State {
  const exit = loadExit(fields);
  const retriers = fields.list('Retry').map(loadRetrier);
  const catchers = fields.list('Catch').map(loadCatcher);
  return {
    name,
    type,
    resumes: true,
    run: (step) =>
      withErrorHandling(step, { retriers, catchers }, async () => {
        const result = await step.watched(() => work(step));
        return step.leave(exit, { result: result.value }, result);
      }),
  };
}

const loadRetrier = (fields: Fields): Retrier => ({
  errorEquals: fields.texts('ErrorEquals'),
  intervalSeconds: fields.number('IntervalSeconds', 1),
  maxAttempts: fields.number('MaxAttempts', 3),
  backoffRate: fields.number('BackoffRate', 2),
  maxDelay: fields.number('MaxDelaySeconds', Number.POSITIVE_INFINITY),
  fullJitter: fields.optionalText('JitterStrategy') === 'FULL',
});

const loadCatcher = (fields: Fields): Catcher => ({
  ...loadExit(fields),
  errorEquals: fields.texts('ErrorEquals'),
  next: fields.text('Next'),
});

/** Whether a retrier or a catcher of these names takes the error. */
export function matches(
  names: readonly string[],
  { error, alias }: Pick<StateError, 'error' | 'alias'>,
): boolean {
  if (names.includes('States.ALL')) return true;
  if (names.includes('States.TaskFailed') && error !== 'States.Timeout') return true;
  return names.some((name) => name === error || name === alias);
}

/** Seconds before the next try; `tries` is the number of this retrier's earlier ones. */
function delay(retrier: Retrier, tries: number, random: () => number): number {
  const seconds = Math.min(retrier.intervalSeconds * retrier.backoffRate ** tries, retrier.maxDelay);
  return retrier.fullJitter ? seconds * random() : seconds;
}

/** Runs the state's work with its retriers and catchers. Throws an error that none of them handles. */
async function withErrorHandling(
  step: Step,
  { retriers, catchers }: ErrorHandling,
  work: () => Promise<Transition>,
): Promise<Transition> {
  const { flow, state } = step;
  const tries = retriers.map(() => 0);
  for (;;) {
    try {
      return await work();
    } catch (failure) {
      if (!(failure instanceof StateError) || failure.isFatal) throw failure;
      const index = retriers.findIndex(({ errorEquals }) => matches(errorEquals, failure));
      const retrier = retriers[index];
      if (retrier) flow.run.onReached?.(state.name, `Retry[${index}]`);
      const before = tries[index] ?? 0;
      if (retrier && before < retrier.maxAttempts) {
        tries[index] = before + 1;
        await step.sleep(delay(retrier, before, flow.run.random.number));
        step.retry();
        continue;
      }
      const noteFailed = () => {
        if (state.type !== 'Task') flow.record(`${state.type}StateFailed`);
      };
      noteFailed();
      const caughtBy = catchers.findIndex(({ errorEquals }) => matches(errorEquals, failure));
      const catcher = catchers[caughtBy];
      if (catcher) {
        flow.run.onReached?.(state.name, `Catch[${caughtBy}]`);
        const caught = { errorOutput: failure.output };
        return await step.leave(catcher, caught, { value: failure.output }).catch((thrown: unknown) => {
          noteFailed();
          throw thrown;
        });
      }
      // The outputs together are too large, so a redrive must run all children again.
      if (failure.error === 'States.DataLimitExceeded') step.forgetChildren();
      throw failure;
    }
  }
}
