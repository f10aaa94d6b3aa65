/** docs/cost.md says what is so now. Its section on what is there without use is tested beside the templates. */
import { perOrder } from '../../../lib/ceilings';
import { renderCostPage, sectionOf, writtenPage } from '../../../tools/cost/page';
import { type PathCost, pathCosts, priceOf } from '../../../tools/cost/paths';
import { PRICES } from '../../../tools/cost/prices';
import { nestedDefinitions, transitionsByEnd } from '../../../tools/cost/transitions';
import { inlinedDefinition } from '../../../tools/world/definitions';

let paths: PathCost[];
beforeAll(async () => {
  paths = await pathCosts();
});

const pathOf = (plan: string): PathCost => {
  const found = paths.find((path) => path.plan === plan);
  if (!found) throw new Error(`No path is the plan ${plan}`);
  return found;
};

test('docs/cost.md is up to date', () => {
  const page = writtenPage();
  if (page === renderCostPage(paths, sectionOf(page, 'When nothing happens'))) return;
  throw new Error(
    'docs/cost.md is not what the definitions, stages and prices say now. Run `npm run docs`, look at what has changed, and commit it.',
  );
});

test('an order that ships uses what the ceilings reckon with', () => {
  const { transitions, stripeCalls, functionSeconds } = pathOf('plain');
  expect({ transitions, stripeCalls }).toEqual({
    transitions: perOrder.transitions,
    stripeCalls: perOrder.stripeCalls,
  });
  expect(functionSeconds).toBeCloseTo(perOrder.functionSeconds, 1);
});

test('an order that ships writes the reservation and two products in a transaction, and three records', () => {
  const { usage } = pathOf('plain');
  expect(usage).toMatchObject({
    write: 2 * 3 + 2,
    message: 2,
    lambdaRequest: 4,
    httpTask: 0,
    expressRequest: 0,
  });
});

test('a review counts with its order; the orders that an import starts do not count with it', () => {
  expect(pathOf('approved').transitions).toBe(9 + 5);
  expect(pathOf('import').transitions).toBeLessThan(10);
  expect(pathOf('import').usage.expressRequest).toBe(1);
});

test('what is used costs its price', () => {
  const nothing = Object.fromEntries(Object.keys(PRICES).map((name) => [name, 0])) as PathCost['usage'];
  expect(priceOf({ ...nothing, transition: 1000, logGB: 2 })).toBeCloseTo(0.025 + 1);
});

test('no way costs less than the least, or more than the bound, of the end that it comes to', () => {
  const nested = nestedDefinitions([['payment-review', inlinedDefinition('payment-review')]]);
  const ends = transitionsByEnd(inlinedDefinition('order-processing'), nested);
  const costOf = (end: string) => ends.find((each) => each.end === end);
  const ways: Record<string, string> = {
    plain: 'NotifyCustomer',
    approved: 'NotifyCustomer',
    'plain | ReserveInventory #1-5 fails:conflict': 'NotifyCustomer',
    declined: 'NotifyPaymentFailure',
    'out-of-stock': 'NotifyPaymentFailure',
    'shipped-before': 'AlreadyProcessed',
    invalid: 'NotifyValidationFailure',
    'plain | CapturePayment #all fails:TemporaryFailure': 'OrderFailed',
  };
  for (const [plan, end] of Object.entries(ways)) {
    const { transitions } = pathOf(plan);
    const { least = 0, bound = 0 } = costOf(end) ?? {};
    expect([plan, transitions >= least, transitions <= bound]).toEqual([plan, true, true]);
  }
});
