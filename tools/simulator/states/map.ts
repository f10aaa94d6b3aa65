// Map: runs its item processor once for each item, as iterations within this execution; or, in distributed mode,
// in child executions (distributed-map.ts).

import { runChildren } from '../concurrent';
import type { Fields } from '../fields';
import { Flow } from '../flow';
import { withText } from '../history';
import { loadWork } from '../retry';
import type { Loader, State, States } from '../state';
import { loadDistributedMap } from './distributed-map';
import { loadConcurrency, loadItems, loadSelector } from './items';
import { loadTolerance, tolerates, toleratesAny, tooManyFailed } from './tolerance';

/** How many iterations AWS runs at once without MaxConcurrency. */
const inlineConcurrency = 40;

export function loadMap(fields: Fields, name: string, loader: Loader): State {
  const processor = fields.object('ItemProcessor') ?? fields.fail("needs the field 'ItemProcessor'");
  const config = processor.object('ProcessorConfig');
  if (config?.optionalText('Mode') !== 'DISTRIBUTED') {
    return loadInlineMap(fields, name, loader.states(processor));
  }
  const express = config.optionalText('ExecutionType') === 'EXPRESS';
  return loadDistributedMap(fields, name, loader.states(processor), express);
}

function loadInlineMap(fields: Fields, name: string, states: States): State {
  const itemsOf = loadItems(fields, { objects: false });
  const select = loadSelector(fields);
  const concurrency = loadConcurrency(fields);
  const toleranceOf = loadTolerance(fields);

  return loadWork(fields, { name, type: 'Map' }, async (step) => {
    const { flow } = step;
    const items = await itemsOf(step);
    const limit = await concurrency(step);
    const tolerance = await toleranceOf(step);
    if (!step.children) flow.record('MapStateStarted', { length: items.length });
    step.children ??= items.map(() => undefined);
    // The event after all iterations follows the latest MapIterationSucceeded.
    let succeeded = flow.last;
    const note = (type: string) => (index: number) => flow.note(type, { index, name });
    const outputs = await runChildren(step, limit || inlineConcurrency, {
      async start(index) {
        const item = items[index];
        if (!item) throw new Error(`There is no item ${index}.`);
        const after = note('MapIterationStarted')(index);
        const { input, map } = await select(step, index, item);
        const data = withText(input, states.startAt);
        return new Flow(flow.run, states, { input: data, variables: flow.variables, after, map });
      },
      succeeded(index) {
        succeeded = note('MapIterationSucceeded')(index);
      },
      failed: note('MapIterationFailed'),
      aborted: note('MapIterationAborted'),
      verdict(error, failures) {
        if (tolerates(tolerance, failures, items.length)) return undefined;
        return toleratesAny(tolerance) ? tooManyFailed() : error;
      },
    });
    flow.last = succeeded;
    flow.note('MapStateSucceeded');
    return { value: outputs };
  });
}
