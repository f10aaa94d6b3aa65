/** Finds the machines in a definition: the whole, the branches of a Parallel, the processor of a Map. */
import { isObject, type JsonObject, objectsIn } from '../json';

export interface Named {
  readonly name: string;
  readonly state: JsonObject;
}

export const statesOf = (machine: JsonObject): Named[] =>
  Object.entries(isObject(machine.States) ? machine.States : {}).flatMap(([name, state]) =>
    isObject(state) ? [{ name, state }] : [],
  );

/** The machines directly inside a state. */
export const machinesIn = ({ Branches, ItemProcessor, Iterator }: JsonObject): JsonObject[] => [
  ...objectsIn(Branches),
  ...[ItemProcessor, Iterator].filter(isObject),
];

/** All states of a machine and of the machines inside it. */
export const allStatesOf = (machine: JsonObject): Named[] =>
  statesOf(machine).flatMap((named) => [named, ...machinesIn(named.state).flatMap(allStatesOf)]);

/** Whether an ItemProcessor runs in child executions. */
export const isDistributed = (processor: unknown): boolean =>
  isObject(processor) &&
  isObject(processor.ProcessorConfig) &&
  processor.ProcessorConfig.Mode === 'DISTRIBUTED';
