// The text that `npm start` prints about the samples, and about what to do next.

import { join } from 'node:path';
import type { Endpoints } from '../../bin/local-cloud/environment';
import { coloursFor, type Terminal } from '../../bin/terminal/progress';
import { table } from '../../bin/terminal/table';
import type { StackChange } from './changes';
import type { SampleResult } from './samples/run';

/** A row for each sample; below the table, whatever was not as expected. */
export function report(results: readonly SampleResult[], stream: Terminal): string {
  const colours = coloursFor(stream);
  const head = ['Execution', 'Which', 'Outcome', 'Took', 'Transitions', 'Look closer'].map(colours.bold);
  const rows = results.map(({ sample, outcome, ended, problems }) => [
    sample.name,
    sample.shows,
    (problems.length === 0 ? colours.green : colours.red)(outcome),
    ended ? `${ended.seconds.toFixed(1)} s` : '',
    ended ? String(ended.transitions) : '',
    colours.dim(`npm run workflows -- history ${sample.name}`),
  ]);
  const details = results.flatMap(({ sample, ended }) =>
    ended && sample.details ? [`${sample.name}:`, ...sample.details(ended).map((line) => `  ${line}`)] : [],
  );
  const wrong = results.flatMap(({ sample, problems }) =>
    problems.map((problem) => colours.red(`${sample.name}: ${problem}`)),
  );
  const verdict =
    wrong.length === 0 ? colours.green(`All ${results.length} ended as expected.`) : wrong.join('\n');
  return [table([head, ...rows]), details.join('\n'), verdict].filter(Boolean).join('\n\n');
}

/** What the user can do while the local cloud runs. */
export function usage(endpoints: Endpoints, stream: Terminal): string {
  const { bold } = coloursFor(stream);
  return `${bold('Your own order:')}  npm run workflows -- start order --input ${join('tools', 'local', 'samples', 'order.json')}
${bold('Your own signup:')} npm run workflows -- start onboarding --input ${join('tools', 'local', 'samples', 'signup.json')}
${bold('AWS tools:')}       --endpoint-url ${endpoints.aws}  (Step Functions: ${endpoints.stepFunctions}), key and secret "test"
${bold('Your own change:')} Enter deploys what differs from what runs
${bold('Stop:')}            Ctrl-C`;
}

/** What was deployed again: constructs, under the name of their stack. */
export function changed(changes: readonly StackChange[], stream: Terminal): string {
  const { bold, green } = coloursFor(stream);
  if (changes.length === 0) return 'Nothing that is deployed has changed.';
  const stacks = changes.map(({ stack, resources }) =>
    [bold(`${stack}:`), ...resources.map((line) => `  ${line}`)].join('\n'),
  );
  return `${green('This runs now.')}\n${stacks.join('\n')}`;
}
