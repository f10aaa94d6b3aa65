// Makes shipments fail as they could on AWS: the fulfilment queue's policy refuses the function that requests them.
// This needs no feature of the emulator and no branch in a handler. The compensation, with another role, still works.

import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { machineArn } from '../../contracts/names';

export interface Fulfilment {
  stateMachineArn: string;
  queueUrl: string;
}

/** Runs `work` while nobody can request a shipment, then restores the queue's policy. */
export async function withShipmentsRefused<T>(
  { stateMachineArn, queueUrl }: Fulfilment,
  work: () => Promise<T>,
) {
  const sqs = new SQSClient();
  const setPolicy = (policy: string) =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { Policy: policy } }));
  const queue = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['Policy', 'QueueArn'] }),
  );
  const policy = queue.Attributes?.Policy;
  const deny = {
    Effect: 'Deny',
    Principal: { AWS: await roleOf(await functionOf(stateMachineArn, 'CreateShipment')) },
    Action: 'sqs:SendMessage',
    Resource: queue.Attributes?.QueueArn,
  };
  await setPolicy(JSON.stringify(withStatement(policy, deny)));
  try {
    return await work();
  } finally {
    await setPolicy(policy ?? '');
  }
}

/** Returns the policy document with one more statement. */
export function withStatement(policy: string | undefined, statement: object): object {
  const document = policy ? JSON.parse(policy) : { Version: '2012-10-17', Statement: [] };
  return { ...document, Statement: [...[document.Statement].flat(), statement] };
}

async function functionOf(stateMachineArn: string, state: string): Promise<string> {
  const { definition } = await new SFNClient().send(
    new DescribeStateMachineCommand({ stateMachineArn: machineArn(stateMachineArn) }),
  );
  return JSON.parse(definition ?? '').States[state].Arguments.FunctionName;
}

async function roleOf(functionName: string): Promise<string> {
  const { Configuration } = await new LambdaClient().send(
    new GetFunctionCommand({ FunctionName: functionName }),
  );
  return Configuration?.Role ?? '';
}
