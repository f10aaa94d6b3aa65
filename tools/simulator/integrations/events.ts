// events:putEvents.
import { argumentsOf, asText } from './arguments';
import { type ErrorNaming, TaskFailure } from './failure';
import { requirePermission } from './step-functions';
import type { Integration } from './types';

const NAMING: ErrorNaming = {
  prefix: 'EventBridge',
  generic: 'AmazonEventBridgeException',
  service: 'AmazonEventBridge',
  wording: 'optimised',
};

/** A Detail may be JSON. Adds the machine and the execution to Resources. One rejected entry fails the task. */
export const putEvents: Integration = async (call, context) => {
  const { Entries, ...rest } = argumentsOf(call.arguments);
  const entries = Array.isArray(Entries) ? Entries.map(argumentsOf) : [];
  for (const bus of new Set(entries.map(({ EventBusName = 'default' }) => String(EventBusName)))) {
    await requirePermission(context, 'events:PutEvents', busArn(bus, context.stateMachineArn), {
      naming: NAMING,
    });
  }
  const sender = [context.stateMachineArn, call.execution.arn];
  const sent = entries.map(({ Detail, Resources, ...entry }) => ({
    ...entry,
    ...(Detail !== undefined && { Detail: asText(Detail) }),
    Resources: [...(Array.isArray(Resources) ? Resources : []), ...sender],
  }));
  const answer = await context.putEvents({ ...rest, Entries: sent });
  if (answer.FailedEntryCount) throw new TaskFailure('EventBridge.FailedEntry', JSON.stringify(answer));
  return answer;
};

const busArn = (bus: string, stateMachineArn: string): string => {
  const [arn, partition, , region, account] = stateMachineArn.split(':');
  return bus.startsWith('arn:')
    ? bus
    : [arn, partition, 'events', region, account, `event-bus/${bus}`].join(':');
};
