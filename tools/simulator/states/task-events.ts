// Which events a Task's resource leaves in the history: bare Lambda ARNs and activities have their own, all else
// shares one set.

import { inputDetails, outputDetails, payload } from '../history';

export interface Limits {
  timeoutSeconds?: number | undefined;
  heartbeatSeconds?: number | undefined;
}

type Details = Record<string, unknown>;

/** Types and details of a resource's events. Texts are JSON. */
export interface TaskEvents {
  /** Whether the state has a task token: what ends later than its call can be ended with one. */
  hasToken: boolean;
  prefix: 'Task' | 'LambdaFunction' | 'Activity';
  scheduled(text: string, limits: Limits, region: string): Details;
  /** Undefined when the start is not recorded at once. */
  started: { details: Details | undefined } | undefined;
  /** The event for the moment when somebody else has taken the task over. */
  taken: Taken | undefined;
  succeeded(text: string): Details;
  failed(details: { error?: string; cause?: string }): Details;
}

interface Taken {
  type: 'TaskSubmitted' | 'ActivityStarted';
  /** Of what the runner says then; undefined when it says nothing. */
  details(said: unknown): Details;
  /** Whether it happened even if the runner never said so: a request is always sent, an activity may have no worker. */
  isCertain: boolean;
}

export function taskEvents(resource: string): TaskEvents {
  const [, , service, , , ...rest] = resource.split(':');
  const name = rest.join(':');
  if (service !== 'states') return lambdaEvents(resource);
  if (name.startsWith('activity:')) return activityEvents(resource);
  // Type and action: `lambda`, `invoke`; `aws-sdk:dynamodb`, `putItem`; `states`, `startExecution.sync:2`.
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
