// Calls a function as a state machine does.

import type { LambdaClient } from '@aws-sdk/client-lambda';
import { record } from '../history/json';

/** Returns the answer as JSON. @throws the function's error under its own name, or what Lambda says */
export async function invoke(
  lambda: Pick<LambdaClient, 'send'>,
  name: string,
  payload: unknown,
): Promise<string> {
  const { InvokeCommand } = await import('@aws-sdk/client-lambda');
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(payload)) }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString();
  if (answer.FunctionError === undefined) return text;
  const { errorType, errorMessage } = record(JSON.parse(text));
  throw Object.assign(new Error(String(errorMessage)), { name: String(errorType) });
}
