/** Undoes create-api-key, whether or not it made a key, and bars it from making one later. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientConfig } from '../shared/aws';
import { CompensationFailed } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { type ApiKeyRecords, createApiKeyRecords } from './api-key-records';

interface Payload {
  userId: string;
  execution: string;
}

/** @throws CompensationFailed */
export const createDeleteApiKey = ({ records }: { records: ApiKeyRecords }) => {
  return async ({ userId, execution }: Payload): Promise<Record<string, never>> => {
    try {
      await records.revoke(userId, execution);
    } catch (error) {
      throw new CompensationFailed(`Deleting the API key of ${execution}`, error);
    }
    return {};
  };
};

export const handler = lambdaHandler(
  () =>
    createDeleteApiKey({
      records: createApiKeyRecords({
        dynamodb: new DynamoDBClient(clientConfig),
        table: environment('API_KEYS_TABLE'),
        now: () => new Date(),
      }),
    }),
  ({ userId, execution }: Payload) => ({ userId, execution }),
);
