/** Checks the places of planned faults. A fault at a misspelt place would have no effect, and its test would pass. */
import type { FaultPlan } from '../doubles/faults';

const SERVICES = [
  'dynamodb',
  'kms',
  'lambda',
  's3',
  'secretsmanager',
  'ses',
  'sns',
  'sqs',
  'states',
  'stripe',
];

/** Throws for a state that none of the definitions has. */
export function checkStates(plan: FaultPlan, definitions: readonly string[]): void {
  if (Object.keys(plan).length === 0) return;
  const known = new Set(definitions.flatMap((definition) => statesIn(JSON.parse(definition))));
  for (const place of Object.keys(plan)) {
    if (place.includes(':')) throw new Error(`${place} is no state: plan faults of a service with fail().`);
    if (place !== '*' && !known.has(place))
      throw new Error(`No definition of this world has a state ${place}.`);
  }
}

/** Throws for a place that is not a call of a service. */
export function checkCalls(plan: FaultPlan): void {
  for (const place of Object.keys(plan)) {
    const [service = ''] = place.split(':');
    if (service === '*' || SERVICES.includes(service)) continue;
    throw new Error(`${place} is no call of a service: plan faults of a state when you start an execution.`);
  }
}

/** Names of all states, including those in branches and Maps. */
function statesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'States' in value && !Array.isArray(value) ? Object.keys(Object(value.States)) : [];
  return [...own, ...Object.values(value).flatMap(statesIn)];
}
