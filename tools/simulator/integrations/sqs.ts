// sqs:sendMessage.
import { argumentsOf, asText } from './arguments';
import { resultOf } from './aws';
import { type ErrorNaming, failureOf } from './failure';
import type { Integration } from './types';

const NAMING: ErrorNaming = {
  prefix: 'SQS',
  generic: 'AmazonSQSException',
  service: 'AmazonSQS',
  wording: 'optimised',
};

export const sqsSendMessage: Integration = async (call, { aws }) => {
  const { MessageBody, ...args } = argumentsOf(call.arguments);
  const request = { ...args, MessageBody: asText(MessageBody) };
  const output = await aws.call('sqs', 'sendMessage', request, call.signal).catch((error: unknown) => {
    throw failureOf(error, NAMING);
  });
  return resultOf(output);
};
