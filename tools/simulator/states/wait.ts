// Wait: waits for a number of seconds or until a timestamp.

import type { Template } from '../expressions';
import type { Fields } from '../fields';
import { loadExit, type State } from '../state';
import type { Step } from '../step';

const mostSeconds = 99_999_999;
const iso8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

export function loadWait(fields: Fields, name: string): State {
  const exit = loadExit(fields);
  const seconds = fields.template('Seconds');
  const timestamp = fields.template('Timestamp');
  return {
    name,
    type: 'Wait',
    resumes: false,
    async run(step) {
      if (seconds) await step.sleep(await step.wholeNumber(seconds, 0, mostSeconds));
      else if (timestamp) await step.sleep(await secondsUntil(step, timestamp));
      return step.leave(exit);
    },
  };
}

async function secondsUntil(step: Step, timestamp: Template): Promise<number> {
  const moment = String(await step.evaluateAs('string', timestamp));
  const time = iso8601.test(moment) ? Date.parse(moment) : Number.NaN;
  if (Number.isNaN(time)) {
    const problem = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${moment}`;
    throw step.evaluationFailed('Timestamp', problem, 'StateEntered');
  }
  return (time - step.flow.run.clock.now().getTime()) / 1000;
}
