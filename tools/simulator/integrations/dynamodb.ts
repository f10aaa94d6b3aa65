// dynamodb:getItem, putItem, updateItem, deleteItem: the optimised integration, with native attribute values.
import { argumentsOf } from './arguments';
import { resultOf } from './aws';
import { type ErrorNaming, failureOf } from './failure';
import type { Integration } from './types';

const NAMING: ErrorNaming = {
  prefix: 'DynamoDB',
  generic: 'AmazonDynamoDBException',
  service: 'AmazonDynamoDBv2',
  wording: 'optimised',
};

const operation =
  (name: string): Integration =>
  async (call, { aws }) => {
    const output = await aws
      .call('dynamodb', name, argumentsOf(call.arguments), call.signal)
      .catch((error: unknown) => {
        throw failureOf(error, NAMING);
      });
    return resultOf(output);
  };

export const getItem = operation('getItem');
export const putItem = operation('putItem');
export const updateItem = operation('updateItem');
export const deleteItem = operation('deleteItem');
