// Task: calls a service and waits for its result.

import { asStateError, Interrupted } from '../errors';
import type { Template } from '../expressions';
import type { Fields } from '../fields';
import { payload } from '../history';
import { parseJson } from '../long-integers';
import { loadWork } from '../retry';
import type { State } from '../state';
import type { Step } from '../step';
import { callTask } from './task-call';
import { taskEvents } from './task-events';

const mostSeconds = 99_999_999;

export function loadTask(fields: Fields, name: string): State {
  const resource = fields.text('Resource');
  const input = fields.template('Arguments');
  const role = fields.object('Credentials')?.template('RoleArn');
  const timeout = fields.template('TimeoutSeconds');
  const heartbeat = fields.template('HeartbeatSeconds');
  const events = taskEvents(resource);

  return loadWork(fields, { name, type: 'Task' }, async (step) => {
    const { flow } = step;
    if (events.hasToken) step.taskToken = flow.run.random.token();
    const parameters = input ? payload(await step.evaluate(input), name) : step.data.text;
    const roleArn = role && String(await step.evaluateAs('string', role));
    const limits = {
      timeoutSeconds: await seconds(step, timeout),
      heartbeatSeconds: await seconds(step, heartbeat),
    };
    flow.record(`${events.prefix}Scheduled`, {
      ...events.scheduled(parameters, limits, flow.run.region),
      ...(roleArn !== undefined && { taskCredentials: { roleArn } }),
    });
    if (events.started) flow.record(`${events.prefix}Started`, events.started.details);
    let { taken } = events;
    const noteTaken = (said?: unknown) => {
      if (taken) flow.record(taken.type, taken.details(said));
      taken = undefined;
    };
    try {
      const answer = await callTask(step, resource, parameters, {
        ...limits,
        roleArn,
        submitted: noteTaken,
        beating: () => {
          if (!taken?.isCertain) noteTaken();
        },
      });
      const text = payload(answer, resource);
      // The runner may not have called `submitted`.
      noteTaken();
      flow.record(`${events.prefix}Succeeded`, events.succeeded(text));
      // A copy, since the runner may change its object later.
      return { value: parseJson(text), text };
    } catch (thrown) {
      if (thrown instanceof Interrupted) {
        taken = undefined;
        throw thrown;
      }
      const failure = asStateError(thrown);
      const isTimeout = failure.error === 'States.Timeout';
      if (!isTimeout || taken?.isCertain) noteTaken();
      flow.record(`${events.prefix}${isTimeout ? 'TimedOut' : 'Failed'}`, events.failed(failure.details));
      throw failure;
    }
  });
}

async function seconds(step: Step, template: Template | undefined): Promise<number | undefined> {
  return template && step.wholeNumber(template, 1, mostSeconds);
}
