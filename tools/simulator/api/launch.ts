// Runs executions in real time, with the real integrations, as the state machine's role.

import { startExecution as interpret } from '../execution';
import { createAwsClients } from '../integrations/aws';
import { exchangeOverNetwork } from '../integrations/http-exchange';
import { answerTask } from '../integrations/registry';
import type { IntegrationContext, Integrations } from '../integrations/types';
import type { Clock } from '../types';
import type { Launch } from './executions';
import { callMiniStack, type MiniStackOptions } from './ministack';
import { operationOf } from './operations';
import { describeExecution } from './operations/describe';
import { startExecution } from './operations/start';
import { createRole } from './role';
import type { Service } from './service';
import type { StateMachineSnapshot } from './state-machines';

interface Options {
  ministack: MiniStackOptions;
  /** The service that starts child executions and receives task tokens. */
  service: () => Service;
  integrations: Integrations;
  clock: Clock;
}

export function createLaunch({ ministack, service, integrations, clock }: Options): Launch {
  const contexts = new Map<string, IntegrationContext>();

  /** One for each role and machine: their executions share clients and credentials. */
  const contextOf = (machine: StateMachineSnapshot, roleArn = machine.roleArn): IntegrationContext => {
    const key = `${machine.roleArn} ${roleArn} ${machine.arn}`;
    const context = contexts.get(key) ?? createContext(machine, roleArn);
    contexts.set(key, context);
    return context;
  };

  const createContext = (machine: StateMachineSnapshot, roleArn: string): IntegrationContext => {
    const own = createRole(ministack, machine.roleArn, machine.name);
    const role = roleArn === own.arn ? own : createRole(ministack, roleArn, machine.name, own);
    const events = (operation: string, input: unknown) =>
      callMiniStack(
        ministack,
        { signingName: 'events', target: `AWSEvents.${operation}`, version: '1.1' },
        input,
      );
    return {
      role,
      stateMachineArn: machine.arn,
      region: ministack.region,
      aws: createAwsClients({ endpoint: ministack.url, region: ministack.region, role }),
      exchange: exchangeOverNetwork,
      executions: {
        start: async (start) => {
          const record = await startExecution(service(), start);
          return { execution: record.execution, describe: () => describeExecution(record) };
        },
      },
      stepFunctions: (operation) => operationOf(operation, service),
      putEvents: (request) => events('PutEvents', request),
      describeConnection: (Name) => events('DescribeConnection', { Name }),
      deauthorizeConnection: (Name) => events('DeauthorizeConnection', { Name }),
      answerByToken: (call, token, work) => service().callbacks.answer(call, token, work),
    };
  };

  return (machine, options) => {
    const context = contextOf(machine);
    return interpret({
      ...options,
      clock,
      task: (call) =>
        answerTask(integrations, call, call.roleArn ? contextOf(machine, call.roleArn) : context),
    });
  };
}
