// sns:publish.
import { argumentsOf, asText } from './arguments';
import { resultOf } from './aws';
import { type ErrorNaming, failureOf } from './failure';
import type { Integration } from './types';

const NAMING: ErrorNaming = {
  prefix: 'SNS',
  generic: 'AmazonSNSException',
  service: 'AmazonSNS',
  wording: 'optimised',
};

export const snsPublish: Integration = async (call, { aws }) => {
  const { Message, ...args } = argumentsOf(call.arguments);
  // SNS refuses a request without a Message.
  const request = Message === undefined ? args : { ...args, Message: asText(Message) };
  const output = await aws.call('sns', 'publish', request, call.signal).catch((error: unknown) => {
    throw failureOf(error, NAMING);
  });
  return resultOf(output);
};
