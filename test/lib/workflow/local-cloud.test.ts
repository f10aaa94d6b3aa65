/** Synth of stage `local` accepts exactly the integrations that the local cloud has. */

import type { StageName } from '../../../lib/stages';
import { definitionProblems } from '../../../lib/workflow/definition';
import { localIntegrations } from '../../../lib/workflow/local-cloud';
import { builtInIntegrations } from '../../../tools/simulator/integrations/registry';

/** Integrations without a Resource in Tasks: functions by ARN, and those of a Distributed Map. */
const notNamedInTasks = ['lambda:function', 's3:getObject', 's3:listObjectsV2', 's3:putObject'];

test('the list has the integrations of the simulator', () => {
  const built = Object.keys(builtInIntegrations).filter((key) => !notNamedInTasks.includes(key));
  expect([...localIntegrations].sort()).toEqual(built.sort());
});

const problemsOf = (Resource: string, stage: StageName) => {
  const S = { Type: 'Task', Resource, TimeoutSeconds: 60, End: true };
  return definitionProblems({
    file: 'statemachines/case.asl.json',
    text: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'S', States: { S } }),
    bindings: {},
    workflow: 'Case/Workflow',
    stage,
  });
};

test.each([
  'arn:aws:lambda:eu-central-1:123456789012:function:charge',
  'arn:aws:states:::lambda:invoke.waitForTaskToken',
  'arn:aws:states:::states:startExecution.sync:2',
  'arn:aws:states:::aws-sdk:dynamodb:createTable',
])('%s runs locally', (resource) => {
  expect(problemsOf(resource, 'local')).toEqual([]);
});

test.each(['arn:aws:states:::glue:startJobRun.sync', 'arn:aws:states:::batch:submitJob'])(
  '%s is for AWS only',
  (resource) => {
    expect(problemsOf(resource, 'dev')).toEqual([]);
    expect(problemsOf(resource, 'local')).toEqual([
      expect.stringContaining(`S calls ${resource}, which the local cloud cannot run.`),
    ]);
  },
);
