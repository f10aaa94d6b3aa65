// Reads items of tables, and puts what they say into words.

import { type AttributeValue, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../bin/cli/cloud';
import type { StackName } from '../../contracts/workflows';

/** An item as JSON; sets are lists, binary values are left out. */
export type Item = Record<string, unknown>;

/**
 * Reads one item.
 *
 * @param table the stack and its output that has the table's name
 * @param but attributes that nobody may see
 */
export async function readItem(
  cloud: Cloud,
  [stack, output]: readonly [StackName, string],
  key: Record<string, string>,
  but: readonly string[] = [],
): Promise<Item | undefined> {
  return itemIn(cloud, await cloud.output(stack, output), key, but);
}

/** As `readItem`, of a table by its name. */
export async function itemIn(
  cloud: Cloud,
  TableName: string,
  key: Record<string, string>,
  but: readonly string[] = [],
): Promise<Item | undefined> {
  const Key = Object.fromEntries(Object.entries(key).map(([name, S]) => [name, { S }]));
  const dynamodb = await cloud.clients.dynamodb();
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  return Item && plainItem(Item, but);
}

const plainItem = (item: Record<string, AttributeValue>, but: readonly string[] = []): Item =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) => (but.includes(name) ? [] : [[name, plainValue(value)]])),
  );

function plainValue({ S, N, BOOL, SS, M, L, NULL }: AttributeValue): unknown {
  if (N !== undefined) return Number(N);
  if (M !== undefined) return plainItem(M);
  if (L !== undefined) return L.map(plainValue);
  return S ?? BOOL ?? SS ?? (NULL ? null : '(binary)');
}

export const textIn = (item: Item | undefined, name: string): string | undefined => {
  const value = item?.[name];
  return typeof value === 'string' ? value : undefined;
};

export const textsIn = (item: Item | undefined, name: string): string[] => {
  const value = item?.[name];
  return Array.isArray(value) ? value.map(String) : [];
};
