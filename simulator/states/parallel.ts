// Parallel: runs its branches side by side; its result is the list of their outputs.

import { concurrently, noteAborted } from '../concurrent';
import { StateError } from '../errors';
import type { Fields } from '../fields';
import { Flow } from '../flow';
import { errorHandlingFields, loadErrorHandling, withErrorHandling } from '../retry';
import { commonFields, exitFields, type Loader, loadExit, type State, targetsOf } from '../state';
import type { Step } from '../step';

export function loadParallel(fields: Fields, name: string, loader: Loader): State {
  fields.only(...commonFields, ...exitFields, ...errorHandlingFields, 'Branches', 'Arguments');
  const exit = loadExit(fields);
  const handling = loadErrorHandling(fields);
  const input = fields.template('Arguments');
  const branches = fields.list('Branches').map((branch) => {
    branch.only('Comment', 'StartAt', 'States');
    return loader.states(branch);
  });
  if (branches.length === 0) fields.fail('needs at least one branch');

  const start = async (step: Step): Promise<Flow[]> => {
    const { run, variables } = step.flow;
    const value = input ? await step.evaluate(input) : step.input;
    step.flow.record('ParallelStateStarted');
    const { last: after, map } = step.flow;
    return branches.map((states) => new Flow(run, states, { input: value, variables, after, map }));
  };

  return {
    name,
    type: 'Parallel',
    targets: targetsOf(exit, ...handling.catchers),
    resumes: true,
    run: (step) =>
      withErrorHandling(step, handling, async () => {
        if (!step.children) step.children = await start(step);
        await runBranches(step, step.children);
        const result = step.children.map((branch) => branch?.output?.value);
        step.flow.note('ParallelStateSucceeded');
        return step.leave(exit, { result }, result);
      }),
  };
}

async function runBranches(step: Step, flows: (Flow | undefined)[]): Promise<void> {
  const { flow } = step;
  for (const branch of flows) if (branch) branch.last = flow.last;
  let failed: Flow | undefined;
  try {
    await concurrently(flow.signal, flows.length, flows.length, async (index, signal) => {
      const branch = flows[index];
      if (!branch || branch.output) return;
      try {
        await branch.execute(signal);
        flow.last = branch.last;
      } catch (thrown) {
        if (thrown instanceof StateError) failed ??= branch;
        throw thrown;
      }
    });
  } catch (thrown) {
    if (failed) {
      flow.last = failed.last;
      noteAborted(flow, failed, flows);
    }
    throw thrown;
  }
}
