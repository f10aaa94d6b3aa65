/** Permissions for a definition's Distributed Maps: each starts executions of its own state machine. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { executionsOf } from './executions';
import { isObject, type JsonObject, objectsIn } from './json';

/** https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html */
export const distributedMapStatements = (
  machine: StateMachine,
  definition: JsonObject,
): PolicyStatement[] => {
  const labels = distributedMapsIn(definition).flatMap(({ Label }) =>
    typeof Label === 'string' ? Label : [],
  );
  if (labels.length === 0) return [];
  const statement = (action: string[], resource: string) =>
    new PolicyStatement({ actions: action, resources: [resource] });
  return [
    statement(['states:StartExecution'], machine.stateMachineArn),
    statement(['states:DescribeExecution', 'states:StopExecution'], executionsOf(machine)),
    ...labels.map((label) => statement(['states:RedriveExecution'], executionsOf(machine, label))),
  ];
};

const distributedMapsIn = (machine: JsonObject): JsonObject[] =>
  Object.values(isObject(machine.States) ? machine.States : {}).flatMap((state) => {
    if (!isObject(state)) return [];
    const { Branches, ItemProcessor } = state;
    const inner = [...objectsIn(Branches), ...(isObject(ItemProcessor) ? [ItemProcessor] : [])];
    return [...(isDistributed(ItemProcessor) ? [state] : []), ...inner.flatMap(distributedMapsIn)];
  });

/** Whether an ItemProcessor runs in child executions. */
export const isDistributed = (processor: unknown): boolean =>
  isObject(processor) &&
  isObject(processor.ProcessorConfig) &&
  processor.ProcessorConfig.Mode === 'DISTRIBUTED';
