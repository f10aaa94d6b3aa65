// Task: asks a service to do something and waits for the answer, but not longer than it may take.

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

  return {
    name,
    type: 'Task',
    targets: targetsOf(exit, ...handling.catchers),
    resumes: true,
    run: (step) =>
      withErrorHandling(step, handling, async () => {
        if (events.hasToken) step.taskToken = step.flow.run.random.token();
        const text = payload(input ? await step.evaluate(input) : step.input, name);
        const limits = {
          timeoutSeconds: await seconds(step, timeout, 'TimeoutSeconds'),
          heartbeatSeconds: await seconds(step, heartbeat, 'HeartbeatSeconds'),
        };
        const result = await callTask(step, { resource, events, text, ...limits });
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
