// Reads fields that different types of events keep in different places.

import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { parsed, record } from './json';

/** Error and cause of a failed try, whichever way it failed. */
export const failureDetails = (event: HistoryEvent) =>
  event.taskFailedEventDetails ??
  event.taskTimedOutEventDetails ??
  event.taskSubmitFailedEventDetails ??
  event.taskStartFailedEventDetails ??
  event.lambdaFunctionFailedEventDetails ??
  event.lambdaFunctionTimedOutEventDetails ??
  event.lambdaFunctionScheduleFailedEventDetails ??
  event.lambdaFunctionStartFailedEventDetails;

export const errorOf = (details: { error?: string | undefined; cause?: string | undefined } | undefined) => ({
  ...(details?.error !== undefined && { error: details.error }),
  ...(details?.cause !== undefined && { cause: details.cause }),
});

/** A function's payload, an HTTP response's body, a nested execution's output, or else the service's whole response. */
export function answerOf(event: HistoryEvent): unknown {
  const details = event.taskSucceededEventDetails;
  if (!details) return parsed(event.lambdaFunctionSucceededEventDetails?.output);
  const answer = parsed(details.output);
  const { Payload: payload = answer, ResponseBody: body = answer, Output: output = answer } = record(answer);
  if (details.resourceType === 'lambda') return payload;
  if (details.resourceType === 'http') return body;
  return details.resourceType === 'states' ? output : answer;
}
