/**
 * Queries for CloudWatch Logs Insights, saved with each stack of workflows in a folder of its name. They read what Step
 * Functions logs of executions (also without execution data) and what functions log (lambda/shared/handler.ts).
 */
import { Lazy } from 'aws-cdk-lib';
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

interface SavedQuery {
  readonly name: string;
  readonly lines: readonly string[];
  /** Whether it also reads what functions log. */
  readonly readsFunctions?: boolean;
  readonly parameters?: CfnQueryDefinition.QueryParameterProperty[];
}

/**
 * Executions that failed, by the state that they entered last, without those that a redrive has completed. No event has
 * both a state and an error, hence the two steps. `entered` sorts by the events' numbers, of as many digits each, and
 * first where no state is entered.
 */
export const failuresByState: SavedQuery = {
  name: 'Failures by state and error',
  lines: [
    "filter type like /StateEntered$/ or type in ['ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted', 'ExecutionSucceeded']",
    "fields concat(strcontains(type, 'StateEntered') * (id + 100000), '|', details.name) as entered",
    "stats sortsLast(entered) as last, sortsLast(details.error) as error, sum(strcontains(type, 'Execution')) as ended, sum(strcontains(type, 'Succeeded')) as completed by execution_arn",
    'filter ended > 0 and completed = 0',
    'parse last /\\|(?<state>[^|]+)$/',
    'stats count(*) as executions by state, error',
    'sort executions desc',
  ],
};

const savedQueries: readonly SavedQuery[] = [
  {
    name: 'Story of an execution',
    readsFunctions: true,
    parameters: [
      {
        name: 'execution',
        defaultValue: 'order-A1',
        description: "An execution's name. The story of an order has its reviews.",
      },
    ],
    lines: [
      'parse execution_arn /:(?<run>[^:]+?)(-review-[0-9]+)?$/',
      "filter run = '{{execution}}' or execution = '{{execution}}'",
      'fields @timestamp, coalesce(type, message) as event, coalesce(details.name, details.resource, function_name) as place, ' +
        'coalesce(details.error, errorName) as error, coalesce(details.cause, reason) as why, id + 0 as number',
      'sort @timestamp asc, number asc',
      'limit 10000',
    ],
  },
  failuresByState,
  {
    // From the first time that an execution enters the state to the last time that it leaves it: waiting, retries and
    // rounds count.
    name: 'Slowest states',
    lines: [
      'filter type like /State(Entered|Exited)$/',
      'fields details.name as state',
      'stats (max(@timestamp) - min(@timestamp)) / 1000 as seconds by execution_arn, state',
      'stats count(*) as executions, pct(seconds, 50) as p50, pct(seconds, 90) as p90, pct(seconds, 99) as p99 by state',
      'sort p99 desc',
    ],
  },
  {
    // Each try that failed: it was retried, or its state gave up.
    name: 'Retries by error',
    lines: [
      "filter type in ['TaskFailed', 'TaskTimedOut', 'TaskStartFailed', 'TaskSubmitFailed']",
      'stats count(*) as tries, count_distinct(execution_arn) as executions by details.error as error, details.resourceType as service, details.resource as call',
      'sort tries desc',
    ],
  },
];

interface LogGroups {
  /** The state machines', by name. */
  readonly machines: () => string[];
  /** All of the stack, by name. */
  readonly all: () => string[];
}

/** Saves the queries of a stack. @param folder its name in the console */
export const saveQueries = (scope: Construct, folder: string, { machines, all }: LogGroups): void => {
  for (const { name, lines, readsFunctions = false, parameters } of savedQueries) {
    new CfnQueryDefinition(scope, name.replaceAll(' ', ''), {
      name: `${folder}/${name}`,
      queryString: lines.join('\n| '),
      logGroupNames: Lazy.list({ produce: readsFunctions ? all : machines }),
      ...(parameters && { parameters }),
    });
  }
};
