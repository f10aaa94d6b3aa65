// A customer's record, as onboarding writes it.

import { ConditionalCheckFailedException, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Cloud } from './cloud';
import { CliError } from './errors';

export interface Customer {
  readonly userId: string;
  readonly email: string;
  readonly plan: string;
  readonly apiKeyId: string;
  readonly stripeCustomerId: string;
  /** Identity of the execution that made the customer. */
  readonly execution: string;
}

const tableOf = (cloud: Cloud) => cloud.output('Customers', 'CustomersTableName');

/** @throws CliError when there is no such customer */
export async function readCustomer(cloud: Cloud, userId: string): Promise<Customer> {
  const dynamodb = await cloud.clients.dynamodb();
  const { Item } = await dynamodb.send(
    new GetItemCommand({
      TableName: await tableOf(cloud),
      Key: { customerId: { S: userId } },
      ConsistentRead: true,
    }),
  );
  if (!Item) throw new CliError(`${userId} is no customer in ${cloud.place}.`);
  const text = (name: string) => Item[name]?.S ?? '';
  return {
    userId,
    email: text('email'),
    plan: text('plan'),
    apiKeyId: text('apiKeyId'),
    stripeCustomerId: text('stripeCustomerId'),
    execution: text('execution'),
  };
}

/** Replaces the address that was read. @throws CliError when the record has changed since */
export async function correctAddress(cloud: Cloud, { userId, email }: Customer, to: string): Promise<void> {
  const dynamodb = await cloud.clients.dynamodb();
  try {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: await tableOf(cloud),
        Key: { customerId: { S: userId } },
        UpdateExpression: 'SET email = :to',
        ConditionExpression: 'email = :read',
        ExpressionAttributeValues: { ':to': { S: to }, ':read': { S: email } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // The SDK tries again after a lost answer, and then finds its own write.
    if (error.Item?.email?.S === to) return;
    throw new CliError(
      `The record of ${userId} has changed meanwhile: nothing was changed or sent. Look again.`,
    );
  }
}
