/** Runs the tests of workflows in mixes, and judges which failures are the mix's. */
import type { Progress } from '../../bin/terminal/progress';
import { type Direction, type Mixed, titleOf } from './mixes';
import { runSuite, type TestResult } from './suite';
import type { Contents, Workshop } from './workshop';

export interface Judgement {
  passed: number;
  failed: readonly TestResult[];
  /** How many failed that the base does not have: what they ask for is new. */
  isNew: number;
  /** Failed with the functions of their own revision, too. */
  unjudged: readonly Pick<TestResult, 'name' | 'reason'>[];
}

export class Tests {
  private namesOfBase: ReadonlySet<string> | undefined;

  /** @param alone each side's definitions with its own functions */
  constructor(
    private readonly workshop: Workshop,
    private readonly alone: Readonly<Record<Direction, Contents>>,
    private readonly progress: Progress,
  ) {}

  /** Definitions are held to the tests of their own revision. */
  async in(mix: Mixed, contents: Contents): Promise<Judgement> {
    const { direction } = mix;
    const tests = direction === 'old definitions' ? 'base' : 'today';
    const results = await this.progress.step(`Tests: ${titleOf(mix)}`, () =>
      runSuite(this.workshop, { contents, tests }),
    );
    if (tests === 'base') this.namesOfBase = new Set(results.map(({ name }) => name));
    const failed = failedIn(results);
    const failedAlone = new Set((await this.aloneOf(direction, tests, failed)).map(({ name }) => name));
    const judged = failed.filter(({ name }) => !failedAlone.has(name));
    const old = await this.thatBaseHas(judged);
    return {
      passed: results.filter(({ status }) => status === 'passed').length,
      failed: old,
      isNew: judged.length - old.length,
      unjudged: failed
        .filter(({ name }) => failedAlone.has(name))
        .map(({ name, reason }) => ({ name, reason })),
    };
  }

  /** Which of these files' tests fail without a mix, too. */
  private async aloneOf(
    direction: Direction,
    tests: 'base' | 'today',
    failed: readonly TestResult[],
  ): Promise<TestResult[]> {
    const files = [...new Set(failed.map(({ file }) => file))];
    if (files.length === 0) return [];
    const results = await this.progress.step(`What failed: ${direction} with their own functions`, () =>
      runSuite(this.workshop, { contents: this.alone[direction], tests, files }),
    );
    return failedIn(results);
  }

  private async thatBaseHas(failed: readonly TestResult[]): Promise<readonly TestResult[]> {
    if (failed.length === 0) return failed;
    this.namesOfBase ??= new Set(
      (
        await this.progress.step('Names of the tests of the base', () =>
          runSuite(this.workshop, {
            contents: this.alone['old definitions'],
            tests: 'base',
            listOnly: true,
          }),
        )
      ).map(({ name }) => name),
    );
    const names = this.namesOfBase;
    return failed.filter(({ name }) => names.has(name));
  }
}

const failedIn = (results: readonly TestResult[]) => results.filter(({ status }) => status === 'failed');
