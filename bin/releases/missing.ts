// Finds what a version calls by its number and is no longer there.

import type { LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { inBatches } from '../cli/batches';
import { namedIn } from './survey';

/** The ARNs that the definition names, of versions and aliases of functions and machines, that do not exist. */
export async function findMissing(
  sfn: SFNClient,
  lambda: LambdaClient,
  definition: string,
): Promise<string[]> {
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  const exists = async (arn: string): Promise<boolean> => {
    try {
      if (arn.includes(':lambda:'))
        await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: arn }));
      else await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
      return true;
    } catch (error) {
      if (error instanceof Error && absent.has(error.name)) return false;
      throw error;
    }
  };
  const named = [...namedIn(definition)];
  const found = await inBatches(named, 10, exists);
  return named.filter((_, index) => !found[index]);
}

const absent = new Set(['ResourceNotFoundException', 'StateMachineDoesNotExist']);
