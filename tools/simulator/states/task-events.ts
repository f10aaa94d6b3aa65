// Which events a Task's resource leaves in the history: a bare Lambda ARN has its own, all else shares one set.

import { inputDetails, outputDetails } from '../history';

export interface Limits {
  timeoutSeconds?: number | undefined;
  heartbeatSeconds?: number | undefined;
}

type Details = Record<string, unknown>;

/** Types and details of a resource's events. Texts are JSON. */
export interface TaskEvents {
  /** `.waitForTaskToken`. */
  hasToken: boolean;
  /** `.sync` and `.waitForTaskToken`: the answer comes after the call itself. */
  isSubmitted: boolean;
  prefix: 'Task' | 'LambdaFunction';
  scheduled(text: string, limits: Limits, region: string): Details;
  started: Details | undefined;
  succeeded(text: string): Details;
  failed(details: { error?: string; cause?: string }): Details;
}

export function taskEvents(resource: string): TaskEvents {
  const [, , service, , , ...rest] = resource.split(':');
  const name = rest.join(':');
  if (service !== 'states') return lambdaEvents(resource);
  // Type and action: `lambda`, `invoke`; `aws-sdk:dynamodb`, `putItem`; `states`, `startExecution.sync:2`.
  const [, resourceType = name, action = name] = /^(.+?):([^:]+(?::2)?)$/.exec(name) ?? [];
  const kind = { resourceType, resource: action };
  const hasToken = name.endsWith('.waitForTaskToken');
  return {
    hasToken,
    isSubmitted: hasToken || /\.sync(?::2)?$/.test(name),
    prefix: 'Task',
    scheduled: (parameters, limits, region) => ({ ...kind, region, parameters, ...inSeconds(limits) }),
    started: kind,
    succeeded: (text) => ({ ...kind, ...outputDetails(text) }),
    failed: (details) => ({ ...kind, ...details }),
  };
}

const lambdaEvents = (resource: string): TaskEvents => ({
  hasToken: false,
  isSubmitted: false,
  prefix: 'LambdaFunction',
  scheduled: (text, limits) => ({ resource, ...inputDetails(text), ...inSeconds(limits) }),
  started: undefined,
  succeeded: outputDetails,
  failed: (details) => details,
});

const inSeconds = ({ timeoutSeconds, heartbeatSeconds }: Limits): Details => ({
  ...(timeoutSeconds !== undefined && { timeoutInSeconds: timeoutSeconds }),
  ...(heartbeatSeconds !== undefined && { heartbeatInSeconds: heartbeatSeconds }),
});
