/** Scenarios of imports. What can be struck is the import: its orders end without a call. */
import { canonicalJson } from '../../contracts/canonical-json';
import type { BulkOrdersInput } from '../../contracts/types';
import type { Execution } from '../simulator/types';
import { DEPLOYMENT } from '../world/deployment';
import { jsonLines, openImports, someOrders } from '../world/imports';
import type { ImportFacts } from './facts';
import { importInvariants } from './invariants';
import { type Attempt, check, type Opening, type Role, type Scenario, type Site } from './site';

interface ImportScenario extends Pick<Scenario, 'name' | 'outcome'> {
  /** Of all attempts but the last, which is a repeat. */
  input?: Partial<BulkOrdersInput>;
  /** Whether A-1 and A-2 ran before. */
  isRepeat?: boolean;
}

/** A-1 and A-3 are declined in their first attempts. What else is started ships after an hour. */
const ORDER_MACHINE = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'IsDeclined',
  States: {
    IsDeclined: {
      Type: 'Choice',
      Choices: [
        {
          Condition: "{% $states.context.Execution.Name in ['order-A-1', 'order-A-3'] %}",
          Output: { outcome: 'PAYMENT_DECLINED' },
          Next: 'Declined',
        },
      ],
      Default: 'Ship',
    },
    Declined: { Type: 'Succeed' },
    Ship: { Type: 'Wait', Seconds: 3600, Output: { outcome: 'SHIPPED' }, End: true },
  },
});

export type Tamper = (world: ReturnType<typeof openImports>) => void;

async function openImport(
  { input = {}, isRepeat = false, outcome }: ImportScenario,
  { striker, beside }: Opening,
  tamper?: Tamper,
): Promise<Site> {
  const world = openImports({
    deployment: beside?.deployment ?? DEPLOYMENT,
    ...(beside && { clock: beside.site.clock, stripe: beside.site.stripe }),
  });
  const { clock, stepFunctions, topics, topicArns, stripe } = { ...world, ...world.world };
  const attempts: Attempt[] = [];
  const orders = new Set<Execution>();
  // In a repeat A-3 comes first, which is new.
  const file = someOrders(isRepeat ? 3 : 2).reverse();
  world.deploy('order-processing', ORDER_MACHINE);
  tamper?.(world);

  function start(attempt: number, role: Role, faults = {}): Attempt {
    const name = `import-1${attempt > 1 ? `_${attempt}` : ''}`;
    const execution = world.start(role === 'last' ? { again: true } : input, { name, faults });
    const started = { role, execution };
    attempts.push(started);
    return started;
  }

  if (isRepeat) {
    for (const order of file.slice(1))
      await world.orders.start(`order-${order.orderId}`, canonicalJson(order));
    await clock.advance(2 * 3600);
  }
  world.upload(jsonLines([...file, {}]));
  // Not `*:*`, of which a file's body would break off each time.
  world.fail({ 's3:*Object*': striker.service });
  return {
    clock,
    stripe,
    attempts,
    executions: () => stepFunctions.executions().map(({ execution }) => execution),
    start,
    async violations(hits) {
      const executions = stepFunctions.executions();
      for (const { machine, execution } of executions)
        if (machine.name === 'order-processing') orders.add(execution);
      const facts: ImportFacts = {
        attempts,
        expected: { struck: outcome, spared: outcome },
        hits,
        good: file.map(({ orderId }) => orderId),
        lines: file.length + 1,
        orders: [...orders].sort((a, b) => a.startDate.getTime() - b.startDate.getTime()),
        notices: topics.messages(topicArns.bulkOrders),
        histories: executions.map(({ execution }) => execution),
        secrets: [],
      };
      return check(importInvariants, facts);
    },
  };
}

const SCENARIOS: readonly ImportScenario[] = [
  { name: 'import', outcome: 'IMPORTED' },
  { name: 'import-again', outcome: 'IMPORTED', input: { again: true }, isRepeat: true },
  { name: 'rejected-import', outcome: 'REJECTED', input: { key: 'uploads/gone.jsonl' } },
];

export const importScenarios = (tamper?: Tamper): Scenario[] =>
  SCENARIOS.map((scenario) => ({
    ...scenario,
    strikes: [],
    workflows: ['bulk-orders'],
    open: (opening) => openImport(scenario, opening, tamper),
  }));
