/** A sample of the fault matrix, and each of its edges. `npm run matrix` runs all of it. */
import { Deck, LAYERS } from '../../../tools/matrix/deck';
import { parsePlan, planText } from '../../../tools/matrix/plan';
import type { Report } from '../../../tools/matrix/run';
import { scenarios } from '../../../tools/matrix/scenarios';
import { tasksOf } from '../../../tools/matrix/strikes';
import { definitionNames } from '../../../tools/world/definitions';

/** Each scenario in peace, then a strike, an edge and a pair. */
const RUNS = scenarios().length * 4;

/** As the command prints them. */
const broken = ({ plan, violations }: Report): string[] =>
  violations.map(({ statement, detail }) => `${planText(plan)}: ${statement}: ${detail}`);

test('a sample of it breaks nothing, and its scenarios lead to every Task of their workflows', async () => {
  const found: string[] = [];
  const struck = new Map<string, number>();
  const reached = new Set<string>();
  let runs = 0;
  for await (const { layer, report } of new Deck(scenarios(), 1).deal()) {
    if (++runs > RUNS) break;
    found.push(...broken(report));
    if (report.missed.length === 0) struck.set(layer, (struck.get(layer) ?? 0) + 1);
    if (layer === 'no strike') for (const place of report.places.keys()) reached.add(place);
  }
  expect(found).toEqual([]);
  expect([...struck.keys()]).toEqual(LAYERS);
  // Or it would show little.
  for (const count of struck.values()) expect(count).toBeGreaterThan(scenarios().length / 2);

  const tasks = tasksOf(definitionNames);
  expect([...tasks.keys()].filter((state) => !reached.has(state))).toEqual([]);
});

test.each([
  'plain | CapturePayment #1 stop:while',
  'plain | CapturePayment #1 stop:while | redrive 25h',
  'approved | CreateShipment #1 stop:after | redrive 13d',
  'plain | ChargeCard #1 stop:before | between',
  'plain | ReserveInventory #1 replyLost | meanwhile',
  'confirmed | CapturePayment #1 killedAfterwards | again',
  'declined | dynamodb:updateItem payments #1 replyLost | again',
  'plain | stripe:POST /v1/payment_intents/*/confirm #1 arrivesLate:60 | elsewhere',
  'fresh | CreateStripeCustomer #1 stop:after | redrive 25h',
  'fresh | SendWelcomeEmail #1 stop:while | redrive 13d',
  'eager | ses:sendEmail #1 killedAfterwards',
  'fresh | RecordCustomer #1 replyLost | meanwhile',
  'fresh | CreateAPIKey #1-5 killedAfterwards | again',
  'fresh | CreateStripeCustomer #1 fails:States.Http.StatusCode.500 | elsewhere',
  'import-again | StartOrder #1 stop:after | redrive 13d | meanwhile',
  'import | s3:getObject uploads/orders.jsonl #1 killedAfterwards | again',
  'reconcile | Compare #2 stop:after | redrive 8d | elsewhere',
  'reconcile | stripe:GET /v1/payment_intents #1 killedAfterwards | NotifyDifferences #all fails:unavailable | between',
])('%s', async (text) => {
  const report = await new Deck(scenarios(), 1).run(parsePlan(text));
  expect(broken(report)).toEqual([]);
  expect(report.missed).toEqual([]);
});
