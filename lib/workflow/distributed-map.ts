/** A definition's Distributed Maps, and their permissions: each starts executions of its own state machine. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { executionsOf } from './executions';
import type { JsonObject } from './json';
import { allStatesOf, isDistributed } from './language/machines';

/** The names under which a definition's Distributed Maps run, in ARNs: `<machine>/<label>`. */
export const distributedMapLabels = (definition: JsonObject): string[] =>
  allStatesOf(definition).flatMap(({ state: { ItemProcessor, Label } }) =>
    isDistributed(ItemProcessor) && typeof Label === 'string' ? Label : [],
  );

/** https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html */
export const distributedMapStatements = (
  machine: StateMachine,
  definition: JsonObject,
): PolicyStatement[] => {
  const labels = distributedMapLabels(definition);
  if (labels.length === 0) return [];
  const statement = (action: string[], resource: string) =>
    new PolicyStatement({ actions: action, resources: [resource] });
  return [
    statement(['states:StartExecution'], machine.stateMachineArn),
    statement(['states:DescribeExecution', 'states:StopExecution'], executionsOf(machine)),
    ...labels.map((label) => statement(['states:RedriveExecution'], executionsOf(machine, label))),
  ];
};
