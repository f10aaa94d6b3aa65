// Small state machines for the interpreter's tests, and parts of their histories.

import type { Simulation } from '../../../tools/simulator';
import type { HistoryEvent, TaskRunner } from '../../../tools/simulator/types';

type States = Record<string, Record<string, unknown>>;

/** A machine that starts at its first state. */
export const machine = (States: States, fields: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(States)[0],
  States,
  ...fields,
});

/** A machine of one Pass state with this Output. */
export const output = (Output: unknown) => machine({ Start: { Type: 'Pass', Output, End: true } });

/** States of a branch or an item processor. */
export const branch = (States: States) => ({ StartAt: Object.keys(States)[0], States });

export const invoke = 'arn:aws:states:::lambda:invoke';

/** A Task that ends its flow, unless `fields` say otherwise. */
export const task = (fields: object = {}) => ({
  Type: 'Task',
  Resource: invoke,
  ...('Next' in fields ? {} : { End: true }),
  ...fields,
});

export const namedError = (name: string, message = '') => Object.assign(new Error(message), { name });

/** A runner that fails the first `times` calls, then returns the answer. */
export const failing =
  (times: number, name = 'Boom', answer: unknown = 'done'): TaskRunner =>
  ({ attempt }) => {
    if (attempt < times) throw namedError(name, `attempt ${attempt}`);
    return answer;
  };

export const types = ({ events }: Pick<Simulation, 'events'>) => events.map(({ type }) => type);

/** `3 TaskScheduled <2`: id, type and the id of the event that it follows. */
export const links = ({ events }: Pick<Simulation, 'events'>) =>
  events.map(({ id, type, previousEventId }) => `${id} ${type} <${previousEventId}`);

/** The details of the events of one type. */
export const details = ({ events }: Pick<Simulation, 'events'>, type: string) =>
  events.filter((event) => event.type === type).map(detailsOf);

const detailsOf = (event: HistoryEvent) =>
  Object.entries(event).find(([key]) => key.endsWith('EventDetails'))?.[1] as Record<string, unknown>;

/** Seconds from the start to the end. */
export const duration = ({ events }: Pick<Simulation, 'events'>) =>
  (Number(events.at(-1)?.timestamp) - Number(events[0]?.timestamp)) / 1000;
