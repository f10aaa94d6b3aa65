// Joins the interpreter with the world: real time, real integrations, the state machine's own role.

import { startExecution as interpret } from '../execution';
import { createAwsClients } from '../integrations/aws';
import { answerTask } from '../integrations/registry';
import type { IntegrationContext, Integrations } from '../integrations/types';
import type { Clock } from '../types';
import type { Launch } from './executions';
import { callMiniStack, type MiniStackOptions } from './ministack';
import { describeExecution } from './operations/describe';
import { startExecution } from './operations/start';
import type { Role } from './role';
import type { Service } from './service';

export function createLaunch(options: {
  ministack: MiniStackOptions;
  /** The service that executions may call back into: child executions, task tokens. */
  service: () => Service;
  roleOf: (roleArn: string, stateMachineName: string) => Role;
  integrations: Integrations;
  clock: Clock;
}): Launch {
  const { ministack, service, roleOf, integrations, clock } = options;
  const contexts = new Map<string, IntegrationContext>();

  /** One for each role and machine, so that clients and credentials are shared by their executions. */
  const contextOf = (roleArn: string, stateMachine: { name: string; arn: string }): IntegrationContext => {
    const key = `${roleArn} ${stateMachine.arn}`;
    const role = roleOf(roleArn, stateMachine.name);
    const context = contexts.get(key) ?? {
      role,
      stateMachineArn: stateMachine.arn,
      region: ministack.region,
      aws: createAwsClients({ endpoint: ministack.url, region: ministack.region, role }),
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
    contexts.set(key, context);
    return context;
  };

  return (machine, { name, arn, input }) => {
    const context = contextOf(machine.roleArn, machine);
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
