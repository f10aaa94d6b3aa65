// Map in distributed mode: reads its items, batches them, and runs a child execution for each batch.

import { Interrupted, StateError } from '../errors';
import type { Fields } from '../fields';
import { loadWork } from '../retry';
import type { State, States } from '../state';
import type { Step } from '../step';
import { loadBatcher } from './item-batcher';
import { loadItemReader } from './item-reader';
import { type Item, loadConcurrency, loadItems, loadSelector } from './items';
import { type Child, ChildExecutions } from './map-run';
import { loadResultWriter } from './result-writer';
import { loadTolerance } from './tolerance';

export function loadDistributedMap(fields: Fields, name: string, states: States, express: boolean): State {
  const label = fields.optionalText('Label') ?? name.replace(/[^\w-]/g, '').slice(0, 40);
  const itemsOf = loadItems(fields, { objects: true });
  const read = loadItemReader(fields.object('ItemReader'));
  const writer = fields.object('ResultWriter');
  const write = loadResultWriter(writer);
  const writes = writer?.get('Resource') !== undefined;
  const inputs = loadInputs(fields);
  const concurrency = loadConcurrency(fields);
  const toleranceOf = loadTolerance(fields);

  const start = async (step: Step): Promise<ChildExecutions> => {
    const { flow } = step;
    const list = read ? undefined : await itemsOf(step);
    const mapRun = new ChildExecutions(flow.run, {
      label,
      states,
      express,
      maxConcurrency: await concurrency(step),
      tolerance: await toleranceOf(step),
    });
    flow.record('MapStateStarted', { length: list?.length ?? 0 });
    flow.record('MapRunStarted', { mapRunArn: mapRun.mapRunArn });
    flow.run.addMapRun(mapRun);
    if (list) mapRun.list = await inputs(step, list);
    return mapRun;
  };

  const runChildren = async (step: Step, mapRun: ChildExecutions): Promise<unknown> => {
    mapRun.list ??= await inputs(step, read ? await read(step) : []);
    let failure: unknown;
    try {
      await mapRun.execute(mapRun.list, step.flow.signal);
    } catch (thrown) {
      if (!(thrown instanceof StateError)) throw thrown;
      failure = thrown;
    }
    // The files are also written when the run fails.
    const result = await write(step, mapRun.mapRunArn, mapRun.list);
    mapRun.written = writes;
    if (failure) throw failure;
    return result;
  };

  return loadWork(fields, { name, type: 'Map' }, async (step) => {
    const { flow } = step;
    if (step.mapRun) {
      step.mapRun.redrive();
      const { mapRunArn, redriveCount } = step.mapRun;
      flow.record('MapRunRedriven', { mapRunArn, redriveCount });
    }
    step.mapRun ??= await start(step);
    const mapRun = step.mapRun;
    try {
      const result = await runChildren(step, mapRun);
      mapRun.end('SUCCEEDED');
      const started = flow.last;
      flow.record('MapRunSucceeded');
      flow.note('MapStateSucceeded');
      flow.last = started;
      return { value: result };
    } catch (thrown) {
      mapRun.end(thrown instanceof Interrupted ? 'ABORTED' : 'FAILED');
      if (thrown instanceof StateError) flow.record('MapRunFailed', thrown.details);
      throw thrown;
    }
  });
}

/** ItemSelector and ItemBatcher: convert the items to the children's inputs. */
function loadInputs(fields: Fields): (step: Step, items: Item[]) => Promise<Child[]> {
  const select = loadSelector(fields);
  const batch = loadBatcher(fields.object('ItemBatcher'));
  return async (step, items) => {
    const selected: unknown[] = [];
    for (const [index, item] of items.entries()) {
      selected.push((await select(step, index, item)).input);
    }
    if (batch) return batch(step, selected);
    return selected.map((input) => ({ input, items: 1, execution: undefined }));
  };
}
