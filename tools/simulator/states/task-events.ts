// The events of a Task, by its resource. Bare Lambda ARNs and activities have events of their own; all other
// resources share one set.

import { inputDetails, outputDetails, payload } from '../history';

export interface Limits {
  timeoutSeconds?: number | undefined;
  heartbeatSeconds?: number | undefined;
}

type Details = Record<string, unknown>;

/** Types and details of a resource's events. Each `text` is JSON. */
export interface TaskEvents {
  /** Whether the state has a task token: a task that ends later than its call does. */
  hasToken: boolean;
  prefix: 'Task' | 'LambdaFunction' | 'Activity';
  scheduled(text: string, limits: Limits, region: string): Details;
  /** The event right after TaskScheduled, if there is one. */
  started: { details: Details | undefined } | undefined;
  /** The event for when the service, or an activity's worker, has accepted the task. */
  taken: Taken | undefined;
  succeeded(text: string): Details;
  failed(details: { error?: string; cause?: string }): Details;
}

interface Taken {
  type: 'TaskSubmitted' | 'ActivityStarted';
  /** @param said what the runner passes to `submitted`; undefined if it does not call it */
  details(said: unknown): Details;
  /** Whether it is recorded even if the runner never calls `submitted`. An activity may have no worker. */
  isCertain: boolean;
}

export function taskEvents(resource: string): TaskEvents {
  const [, , service, , , ...rest] = resource.split(':');
  const name = rest.join(':');
  if (service !== 'states') return lambdaEvents(resource);
  if (name.startsWith('activity:')) return activityEvents(resource);
  // E.g. `lambda` and `invoke`; `aws-sdk:dynamodb` and `putItem`; `states` and `startExecution.sync:2`.
  const [, resourceType = name, action = name] = /^(.+?):([^:]+(?::2)?)$/.exec(name) ?? [];
  const kind = { resourceType, resource: action };
  const isSubmitted = /\.(?:waitForTaskToken|sync(?::2)?)$/.test(name);
  const succeeded = (text: string) => ({ ...kind, ...outputDetails(text) });
  return {
    hasToken: isSubmitted,
    prefix: 'Task',
    scheduled: (parameters, limits, region) => ({ ...kind, region, parameters, ...inSeconds(limits) }),
    started: { details: kind },
    taken: isSubmitted
      ? {
          type: 'TaskSubmitted',
          details: (said) => (said === undefined ? kind : succeeded(payload(said, resource))),
          isCertain: true,
        }
      : undefined,
    succeeded,
    failed: (details) => ({ ...kind, ...details }),
  };
}

const lambdaEvents = (resource: string): TaskEvents => ({
  hasToken: false,
  prefix: 'LambdaFunction',
  scheduled: (text, limits) => ({ resource, ...inputDetails(text), ...inSeconds(limits) }),
  started: { details: undefined },
  taken: undefined,
  succeeded: outputDetails,
  failed: (details) => details,
});

const activityEvents = (resource: string): TaskEvents => ({
  ...lambdaEvents(resource),
  prefix: 'Activity',
  started: undefined,
  taken: {
    type: 'ActivityStarted',
    details: (workerName) => (workerName === undefined ? {} : { workerName }),
    isCertain: false,
  },
});

const inSeconds = ({ timeoutSeconds, heartbeatSeconds }: Limits): Details => ({
  ...(timeoutSeconds !== undefined && { timeoutInSeconds: timeoutSeconds }),
  ...(heartbeatSeconds !== undefined && { heartbeatInSeconds: heartbeatSeconds }),
});
