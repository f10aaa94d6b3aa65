// Task: asks a service to do something and waits for the answer, but not longer than it may take.

import { asStateError, Interrupted } from '../errors';
import type { Template } from '../expressions';
import type { Fields } from '../fields';
import { payload } from '../history';
import { errorHandlingFields, loadErrorHandling, withErrorHandling } from '../retry';
import { commonFields, exitFields, loadExit, type State, targetsOf } from '../state';
import type { Step } from '../step';
import { callTask } from './task-call';
import { taskEvents } from './task-events';

const mostSeconds = 99_999_999;

export function loadTask(fields: Fields, name: string): State {
  const own = ['Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds', 'Credentials'];
  fields.only(...commonFields, ...exitFields, ...errorHandlingFields, ...own);
  const exit = loadExit(fields);
  const handling = loadErrorHandling(fields);
  const resource = fields.text('Resource');
  const input = fields.template('Arguments');
  const timeout = fields.template('TimeoutSeconds');
  const heartbeat = fields.template('HeartbeatSeconds');
  const events = taskEvents(resource);

  const call = async (step: Step): Promise<unknown> => {
    const { flow } = step;
    if (events.hasToken) step.taskToken = flow.run.random.token();
    const parameters = payload(input ? await step.evaluate(input) : step.input, name);
    const limits = {
      timeoutSeconds: await seconds(step, timeout, 'TimeoutSeconds'),
      heartbeatSeconds: await seconds(step, heartbeat, 'HeartbeatSeconds'),
    };
    flow.record(`${events.prefix}Scheduled`, events.scheduled(parameters, limits, flow.run.region));
    flow.record(`${events.prefix}Started`, events.started);
    try {
      const answer = callTask(step, resource, parameters, limits);
      if (events.isSubmitted) flow.record('TaskSubmitted', events.started);
      const text = payload(await answer, resource);
      flow.record(`${events.prefix}Succeeded`, events.succeeded(text));
      // Parsed, so that what the runner does to its answer later changes nothing.
      return JSON.parse(text);
    } catch (thrown) {
      if (thrown instanceof Interrupted) throw thrown;
      const failure = asStateError(thrown);
      const type = failure.error === 'States.Timeout' ? 'TimedOut' : 'Failed';
      flow.record(`${events.prefix}${type}`, events.failed(failure.details));
      throw failure;
    }
  };

  return {
    name,
    type: 'Task',
    targets: targetsOf(exit, ...handling.catchers),
    resumes: true,
    run: (step) =>
      withErrorHandling(step, handling, async () => {
        const result = await call(step);
        return step.leave(exit, { result }, result);
      }),
  };
}

async function seconds(
  step: Step,
  template: Template | undefined,
  field: string,
): Promise<number | undefined> {
  return template && step.wholeNumber(template, field, 1, mostSeconds);
}
