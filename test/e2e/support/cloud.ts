/** Access of test files to the local cloud that global-setup started. */
import type { LocalCloud } from '../../../tools/local/cloud';

export const cloud: LocalCloud = {
  ...JSON.parse(process.env.E2E_CLOUD ?? '{}'),
  died: new Promise<never>(() => {}),
  stop: () => Promise.reject(new Error('global-setup stops it')),
};

/** An output of the stack, e.g. `OrderProcessing`, `StateMachineArn`. */
export function output(stack: string, name: string): string {
  const value = cloud.outputs[stack]?.[name];
  if (!value) throw new Error(`The stack ${stack} has no output ${name}`);
  return value;
}

export interface Ledger {
  payments: { status: string; amount: number; metadata: Record<string, string> }[];
  customers: { email: string; metadata: Record<string, string> }[];
}

export const stripeLedger = async () =>
  (await (await fetch(`${cloud.endpoints.stripe}/_double/ledger`)).json()) as Ledger;
