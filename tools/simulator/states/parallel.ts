// Parallel: runs its branches concurrently; its result is the list of their outputs.

import { runChildren } from '../concurrent';
import type { Fields } from '../fields';
import { Flow } from '../flow';
import { withText } from '../history';
import { loadWork } from '../retry';
import type { Loader, State } from '../state';

export function loadParallel(fields: Fields, name: string, loader: Loader): State {
  const input = fields.template('Arguments');
  const branches = fields.list('Branches').map((branch) => loader.states(branch));

  return loadWork(fields, { name, type: 'Parallel' }, async (step) => {
    const { flow } = step;
    if (!step.children) {
      const data = input ? withText(await step.evaluate(input), name) : step.data;
      flow.record('ParallelStateStarted');
      const start = { input: data, variables: flow.variables, after: flow.last, map: flow.map };
      step.children = branches.map((states) => new Flow(flow.run, states, start));
    }
    const outputs = await runChildren(step, branches.length);
    flow.note('ParallelStateSucceeded');
    return { value: outputs };
  });
}
