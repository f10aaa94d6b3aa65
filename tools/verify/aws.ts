/** Asks AWS: two calls, which create nothing and call nobody, at a pace that its quota allows. */
import { type SFNClient, TestStateCommand, ValidateStateMachineDefinitionCommand } from '@aws-sdk/client-sfn';
import type { Answer, Question } from './question';

/** TestState's quota in a second; 50 at once. */
const PER_SECOND = 10;
const AT_ONCE = 8;

/** Runs the work for each item, in order: so many a second, and so many at a time. @throws the first error, at once */
export async function paced<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<void> {
  const open = new Set<Promise<void>>();
  let failure: { reason: unknown } | undefined;
  const stopIfFailed = () => {
    if (failure) throw failure.reason;
  };
  for (const [index, item] of items.entries()) {
    if (index > 0) await sleep(1000 / PER_SECOND);
    if (open.size >= AT_ONCE) await Promise.race(open);
    stopIfFailed();
    // Caught here, because nobody may be waiting when it fails.
    const running = work(item)
      .catch((reason: unknown) => {
        failure ??= { reason };
      })
      .finally(() => open.delete(running));
    open.add(running);
  }
  await Promise.all(open);
  stopIfFailed();
}

export type Asked = Answer & {
  /** What AWS has against the mocked answer itself: it is not as the service's API says. */
  objection?: string;
};

/** @param roleArn for states without a mock, should AWS want one @throws what AWS refuses */
export async function askAws(sfn: SFNClient, { request }: Question, roleArn?: string): Promise<Asked> {
  const ask = (more: object = {}) =>
    sfn.send(new TestStateCommand({ ...request, ...(roleArn !== undefined && { roleArn }), ...more }));
  try {
    return await ask();
  } catch (error) {
    const { mock } = request;
    const isRefused = error instanceof Error && error.name === 'ValidationException';
    if (!isRefused || mock?.fieldValidationMode !== 'PRESENT') throw error;
    const answer = await ask({ mock: { ...mock, fieldValidationMode: 'NONE' } });
    return { ...answer, objection: error.message };
  }
}

/** What AWS has against a definition: nothing, if all is well. */
export async function diagnose(sfn: SFNClient, definition: string): Promise<string[]> {
  const { result, diagnostics = [] } = await sfn.send(
    new ValidateStateMachineDefinitionCommand({ definition, type: 'STANDARD', severity: 'WARNING' }),
  );
  const found = diagnostics.map(
    ({ severity, code, message, location }) =>
      `${severity} ${code}: ${message}${location ? ` (${location})` : ''}`,
  );
  return result === 'FAIL' && found.length === 0 ? ['FAIL, without a word why'] : found;
}
