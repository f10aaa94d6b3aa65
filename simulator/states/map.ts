// Map: runs its item processor once for each item, as iterations within this execution; or, in distributed mode,
// in child executions (distributed-map.ts).

import { concurrently, noteAborted } from '../concurrent';
import { StateError } from '../errors';
import type { Template } from '../expressions';
import type { Fields } from '../fields';
import { Flow } from '../flow';
import { errorHandlingFields, loadErrorHandling, withErrorHandling } from '../retry';
import {
  commonFields,
  exitFields,
  type Loader,
  loadExit,
  type State,
  type States,
  targetsOf,
} from '../state';
import type { Step } from '../step';
import { loadDistributedMap } from './distributed-map';
import { concurrency, itemsOf, mapContext } from './items';

/** What runs at once when there is no MaxConcurrency. */
const inlineConcurrency = 40;

export function loadMap(fields: Fields, name: string, loader: Loader): State {
  const processor = fields.object('ItemProcessor') ?? fields.fail("needs the field 'ItemProcessor'");
  processor.only('Comment', 'ProcessorConfig', 'StartAt', 'States');
  const config = processor.object('ProcessorConfig');
  config?.only('Mode', 'ExecutionType');
  if (config?.optionalText('Mode') !== 'DISTRIBUTED')
    return loadInlineMap(fields, name, loader.states(processor));
  const express = config.optionalText('ExecutionType') === 'EXPRESS';
  return loadDistributedMap(fields, name, loader.isolatedStates(processor), express);
}

function loadInlineMap(fields: Fields, name: string, states: States): State {
  const own = ['ItemProcessor', 'Items', 'ItemSelector', 'MaxConcurrency'];
  fields.only(...commonFields, ...exitFields, ...errorHandlingFields, ...own);
  const exit = loadExit(fields);
  const handling = loadErrorHandling(fields);
  const items = fields.template('Items');
  const selector = fields.template('ItemSelector');
  const maxConcurrency = fields.template('MaxConcurrency');

  return {
    name,
    type: 'Map',
    targets: targetsOf(exit, ...handling.catchers),
    resumes: true,
    run: (step) =>
      withErrorHandling(step, handling, async () => {
        const list = await itemsOf(step, items);
        const limit = await concurrency(step, maxConcurrency);
        if (!step.children) step.flow.record('MapStateStarted', { length: list.length });
        step.children ??= list.map(() => undefined);
        await new Iterations(step, states, list, selector, step.children).run(limit || inlineConcurrency);
        const result = step.children.map((iteration) => iteration?.output?.value);
        step.flow.note('MapStateSucceeded');
        return step.leave(exit, { result }, result);
      }),
  };
}

class Iterations {
  private failed: { index: number; flow: Flow | undefined } | undefined;
  /** Id of the latest MapIterationSucceeded, which what comes after all of them follows. */
  private succeeded = 0;

  constructor(
    private readonly step: Step,
    private readonly states: States,
    private readonly items: readonly unknown[],
    private readonly selector: Template | undefined,
    /** By item; those that ended well before a redrive keep their outputs. */
    private readonly flows: (Flow | undefined)[],
  ) {}

  async run(limit: number): Promise<void> {
    const { flow } = this.step;
    const resumedAfter = flow.last;
    for (const iteration of this.flows) if (iteration) iteration.last = resumedAfter;
    this.succeeded = flow.last;
    try {
      await concurrently(flow.signal, this.items.length, limit, async (index, signal) => {
        if (!this.flows[index]?.output) await this.iterate(index, signal);
      });
      flow.last = this.succeeded;
    } catch (thrown) {
      if (this.failed) this.recordFailure(this.failed);
      throw thrown;
    }
  }

  private async iterate(index: number, signal: AbortSignal): Promise<void> {
    const { flow } = this.step;
    try {
      const iteration = this.flows[index] ?? (await this.start(index));
      this.flows[index] = iteration;
      await iteration.execute(signal);
      flow.last = iteration.last;
      this.succeeded = flow.note('MapIterationSucceeded', this.details(index));
    } catch (thrown) {
      if (thrown instanceof StateError) this.failed ??= { index, flow: this.flows[index] };
      throw thrown;
    }
  }

  private async start(index: number): Promise<Flow> {
    const { flow } = this.step;
    const value = this.items[index];
    const map = mapContext(index, value);
    const after = flow.note('MapIterationStarted', this.details(index));
    // Iterations that start together are recorded together, before the first state of any of them.
    await undefined;
    const input = this.selector ? await this.step.evaluate(this.selector, {}, map) : value;
    return new Flow(flow.run, this.states, { input, variables: flow.variables, after, map });
  }

  private recordFailure(failed: { index: number; flow: Flow | undefined }): void {
    const { flow } = this.step;
    flow.last = failed.flow?.last ?? flow.last;
    flow.note('MapIterationFailed', this.details(failed.index));
    if (!failed.flow) return;
    noteAborted(flow, failed.flow, this.flows, (index) =>
      flow.note('MapIterationAborted', this.details(index)),
    );
  }

  private details = (index: number) => ({ index, name: this.step.state.name });
}
