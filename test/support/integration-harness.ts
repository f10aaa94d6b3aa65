// Runs one integration as a task of MACHINE_ARN does, with real SDK clients that call the MiniStack double.
import { randomUUID } from 'node:crypto';
import { callMiniStack } from '../../tools/simulator/api/ministack';
import { createRole } from '../../tools/simulator/api/role';
import { RealClock } from '../../tools/simulator/clock';
import { createAwsClients } from '../../tools/simulator/integrations/aws';
import { exchangeOverNetwork } from '../../tools/simulator/integrations/http-exchange';
import { answerTask, builtInIntegrations } from '../../tools/simulator/integrations/registry';
import type { IntegrationContext } from '../../tools/simulator/integrations/types';
import type { TaskCall } from '../../tools/simulator/types';
import { type FakeMiniStack, MACHINE_ARN, REGION, ROLE_ARN } from './fake-ministack';

export const ROOT = { accessKeyId: 'test', secretAccessKey: 'test' };

function taskCall(resource: string, args: unknown, more: Partial<TaskCall> = {}): TaskCall {
  return {
    resource: resource.startsWith('arn:') ? resource : `arn:aws:states:::${resource}`,
    arguments: args,
    state: 'Task',
    attempt: 0,
    clock: new RealClock(),
    signal: new AbortController().signal,
    heartbeat: () => {},
    submitted: () => {},
    execution: { name: 'order-1', arn: `${MACHINE_ARN.replace('stateMachine', 'execution')}:order-1` },
    ...more,
  };
}

function integrationContext(
  ministack: FakeMiniStack,
  more: Partial<IntegrationContext> = {},
): IntegrationContext {
  const options = { url: ministack.url, region: REGION, credentials: ROOT };
  const role = createRole(options, ROLE_ARN, 'orders');
  return {
    role,
    stateMachineArn: MACHINE_ARN,
    region: REGION,
    aws: createAwsClients({ endpoint: ministack.url, region: REGION, role }),
    exchange: exchangeOverNetwork,
    executions: {
      start: () => Promise.reject(new Error(`No execution is started by this test: ${randomUUID()}`)),
    },
    describeConnection: (Name) =>
      callMiniStack(
        options,
        { signingName: 'events', target: 'AWSEvents.DescribeConnection', version: '1.1' },
        { Name },
      ),
    deauthorizeConnection: async (name) =>
      ministack.connections.set(name, { ConnectionState: 'DEAUTHORIZED' }),
    stepFunctions: () => undefined,
    putEvents: (request) =>
      callMiniStack(
        options,
        { signingName: 'events', target: 'AWSEvents.PutEvents', version: '1.1' },
        request,
      ),
    answerByToken: (_call, _token, work) => work(),
    ...more,
  };
}

export const runTask = (
  ministack: FakeMiniStack,
  resource: string,
  args: unknown,
  more: Partial<TaskCall> = {},
) => answerTask(builtInIntegrations, taskCall(resource, args, more), integrationContext(ministack));
