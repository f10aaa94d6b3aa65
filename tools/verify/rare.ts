/** Runs to states that no strike of the fault matrix leads to. */
import { canonicalJson } from '../../contracts/canonical-json';
import { type Fault, fails, passes, times, worksButFails } from '../doubles/faults';
import { stripeClient } from '../matrix/orders';
import { jsonLines, openImports, someOrders } from '../world/imports';
import { openReconciliation } from '../world/reconciliation';
import { openSignups, signupInput } from '../world/signups';

const rejectedReconciliation = () => openReconciliation().reconcile({ days: 0 });

/** Stripe's answer is lost, and a hundred others sign up with the same address. */
async function crowdedSignup(): Promise<void> {
  const world = openSignups();
  const { customers } = stripeClient(world.stripe);
  const crowd: Fault = async (work) => {
    for (let index = 0; index < 100; index++) await customers.create({ email: signupInput().email });
    return work();
  };
  const CreateStripeCustomer = [worksButFails('States.Http.StatusCode.500')];
  await world.run(signupInput(), { faults: { CreateStripeCustomer, DeleteDatabase: [crowd] } });
}

/** A repeated import of an order whose attempts all end undone, and whose calls all take their time. */
async function slowImport(): Promise<void> {
  const imports = openImports();
  const [order] = someOrders(1);
  const end = { Type: 'Fail', Error: 'E', Cause: '{"undone":true}' };
  const undone = { QueryLanguage: 'JSONata', StartAt: 'End', States: { End: end } };
  imports.deploy('order-processing', JSON.stringify(undone));
  imports.upload(jsonLines([order]));
  for (const name of ['order-A-1', 'order-A-1_2']) await imports.orders.start(name, canonicalJson(order));
  await imports.clock.advance(60);
  const hangs: Fault = (_work, { clock }) => clock.sleep(Number.POSITIVE_INFINITY);
  const slow = (count: number) => [...times(count, hangs), passes, ...times(count, hangs), passes];
  await imports.run({ again: true }, { faults: { StartOrder: slow(6), FindEarlier: slow(4) } });
}

/** The topic is told nothing of an import that ends well, or badly. */
async function untoldImport(): Promise<void> {
  const imports = openImports();
  imports.upload(jsonLines(someOrders(1)));
  await imports.run({}, { faults: { NotifyImport: fails('denied') } });
}

export const rareRuns: readonly (() => Promise<unknown>)[] = [
  rejectedReconciliation,
  crowdedSignup,
  slowImport,
  untoldImport,
];
