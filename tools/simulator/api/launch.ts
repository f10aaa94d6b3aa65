// Joins the interpreter with the world: real time, real integrations, the state machine's own role.

import { startExecution as interpret } from '../execution';
import { createAwsClients } from '../integrations/aws';
import { exchangeOverNetwork } from '../integrations/http-exchange';
import { answerTask } from '../integrations/registry';
import type { IntegrationContext, Integrations } from '../integrations/types';
import type { Clock } from '../types';
import type { Launch } from './executions';
import { callMiniStack, type MiniStackOptions } from './ministack';
import { describeExecution } from './operations/describe';
import { startExecution } from './operations/start';
import { createRole } from './role';
import type { Service } from './service';
import type { StateMachineSnapshot } from './state-machines';

export function createLaunch(options: {
  ministack: MiniStackOptions;
  /** The service that executions may call back into: child executions, task tokens. */
  service: () => Service;
  integrations: Integrations;
  clock: Clock;
}): Launch {
  const { ministack, service, integrations, clock } = options;
  const contexts = new Map<string, IntegrationContext>();

  /** One for each role and machine, so that clients and credentials are shared by their executions. */
  const contextOf = (machine: StateMachineSnapshot): IntegrationContext => {
    const key = `${machine.roleArn} ${machine.arn}`;
    const context = contexts.get(key) ?? createContext(machine);
    contexts.set(key, context);
    return context;
  };

  const createContext = (machine: StateMachineSnapshot): IntegrationContext => {
    const role = createRole(ministack, machine.roleArn, machine.name);
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
      describeConnection: (name) =>
        callMiniStack(
          ministack,
          { signingName: 'events', target: 'AWSEvents.DescribeConnection', version: '1.1' },
          { Name: name },
        ),
      waitForCallback: (call, submit) => service().callbacks.answer(call, submit),
    };
  };

  return (machine, { name, arn, input }) => {
    const context = contextOf(machine);
    return interpret({
      definition: machine.definition,
      input,
      name,
      arn,
      stateMachine: { name: machine.name, arn: machine.arn },
      roleArn: machine.roleArn,
      clock,
      task: (call) => answerTask(integrations, call, context),
    });
  };
}
