/** The matrix finds what is broken on purpose, with plans of strikes that it derives by itself. */
import { Deck } from '../../../tools/matrix/deck';
import { importScenarios, type Tamper as TamperImports } from '../../../tools/matrix/imports';
import { signupScenarios, type Tamper as TamperSignups } from '../../../tools/matrix/onboarding';
import { orderScenarios, type Tamper as TamperShop } from '../../../tools/matrix/orders';
import { parsePlan, strikeText } from '../../../tools/matrix/plan';
import {
  reconciliationScenarios,
  type Tamper as TamperReconciliation,
} from '../../../tools/matrix/reconciliation';
import { scenarios } from '../../../tools/matrix/scenarios';
import type { Scenario } from '../../../tools/matrix/site';
import { strikesAt, tasksOf } from '../../../tools/matrix/strikes';
import { definitionNames } from '../../../tools/world/definitions';
import { TABLES } from '../../../tools/world/order-world';

type Deployable = Pick<Parameters<TamperShop>[0], 'definitionOf' | 'deploy'>;

/** Deploys another definition in place of the real one. */
const instead =
  (machine: string, ...changes: [from: string, to: string][]) =>
  (world: Deployable): void => {
    const text = changes.reduce(
      (definition, [from, to]) => {
        if (!definition.includes(from))
          throw new Error(`${machine} has no ${from} any more: change it here too.`);
        return definition.replaceAll(from, to);
      },
      JSON.stringify(JSON.parse(world.definitionOf(machine))),
    );
    world.deploy(machine, text);
  };

/** Lets every write of a table through, whatever is there. */
const unconditional = (table: string, dynamodb: { client: { send: unknown } }): void => {
  const { send } = dynamodb.client as { send: (command: { input: Record<string, unknown> }) => unknown };
  dynamodb.client.send = (command: { input: Record<string, unknown> }) => {
    if (command.input.TableName !== table) return send(command);
    const { ConditionExpression: _, ...input } = command.input;
    if ('Item' in input) {
      delete input.ExpressionAttributeNames;
      delete input.ExpressionAttributeValues;
    }
    return send(Object.assign(command, { input }));
  };
};

const tasks = tasksOf(definitionNames);

/** Two calls of each place are enough for the plans here. */
function expectToBeDerived(plan: string): void {
  for (const strike of parsePlan(plan).strikes) {
    expect(strikesAt(strike.place, 2, tasks).map(strikeText)).toContain(strikeText(strike));
  }
}

async function statementsOf(deck: Deck, plan: string): Promise<string[]> {
  const { violations } = await deck.run(parsePlan(plan));
  return violations.map(({ statement }) => statement);
}

function plant<Tamper>(
  scenariosWith: (tamper: Tamper) => Scenario[],
  bugs: [what: string, plan: string, statement: string, tamper: Tamper][],
): void {
  describe.each(bugs)('when %s', (_what, plan, statement, tamper) => {
    test(`${plan}: ${statement}`, async () => {
      expectToBeDerived(plan);
      expect(await statementsOf(new Deck(scenarios(), 1), plan)).toEqual([]);
      const found = await statementsOf(new Deck(scenariosWith(tamper), 1), plan);
      expect(found).toContainEqual(expect.stringContaining(statement));
    });
  });
}

plant<TamperShop>(orderScenarios, [
  [
    'a payment is recorded whether or not there is one',
    'approved | dynamodb:updateItem payments #1 arrivesLate:60',
    'No money stays held',
    ({ world }) => unconditional(TABLES.payments, world.dynamodb),
  ],
  [
    'a reservation comes after its release',
    'plain | ReserveInventory #1 late:60 | ReserveInventory #2 fails:States.DataLimitExceeded',
    'Stock is short of what ships',
    instead('order-processing', [' AND NOT contains(released, :execution)', '']),
  ],
  [
    'the payment is not reversed',
    'out-of-stock',
    'No money stays held',
    instead('order-processing', [':function:reverse-payment', ':function:cancel-shipment']),
  ],
  [
    'a shipment is not cancelled',
    'captured-but-failed',
    'What is SHIPPED leaves the warehouse',
    instead('order-processing', [':function:cancel-shipment', ':function:reverse-payment']),
  ],
  [
    'a notice tells of another outcome',
    'rejected',
    'Customers are told how their order ended',
    instead('order-processing', ['"outcome":"{% $outcome %}"', '"outcome":"PAYMENT_DECLINED"']),
  ],
  [
    'the apology is always the same',
    'captured-but-failed',
    'Who is told of a refund was charged',
    instead('order-processing', ["'your payment was refunded'", "'nothing was charged'"]),
  ],
  [
    'an undo that fails counts as done',
    'not-captured | ReversePayment #all fails:unavailable',
    'No money stays held',
    instead('order-processing', [
      '"Next":"CheckOutcome"',
      '"Next":"CheckOutcome","Catch":[{"ErrorEquals":["States.ALL"],"Next":"OrderFailed"}]',
    ]),
  ],
]);

plant<TamperSignups>(signupScenarios, [
  [
    'the key outlives its signup',
    'fresh | CreateStripeCustomer #1 fails:States.Http.StatusCode.500',
    'An execution leaves everything that a customer needs, or nothing',
    instead('saas-onboarding', [':function:delete-api-key', ':function:create-api-key']),
  ],
  [
    'the undo does not wait for late calls',
    'fresh | CreateStripeCustomer #1 late:120 | CreateStripeCustomer #2 fails:States.Http.StatusCode.500',
    'An execution leaves everything that a customer needs, or nothing',
    instead('saas-onboarding', ["$number('90')", "$number('1')"]),
  ],
  [
    'a redrive does not search Stripe',
    'fresh | CreateStripeCustomer #1 stop:after | redrive 25h',
    'An execution leaves everything that a customer needs, or nothing',
    instead('saas-onboarding', [
      '$states.input.searchedIn = $states.context.Execution.RedriveCount ? ',
      'true ? ',
    ]),
  ],
  [
    'the owner does not say in which deployment',
    'fresh | elsewhere',
    'An execution leaves everything that a customer needs, or nothing',
    instead('saas-onboarding', [
      "$states.context.Execution.Id & '.'",
      "$states.context.Execution.Name & '.'",
    ]),
  ],
  [
    'the record of an e-mail bars nothing',
    'fresh | SendWelcomeEmail #1 replyLost',
    'A welcome e-mail goes once',
    ({ dynamodb }) => unconditional('idempotency', dynamodb),
  ],
  [
    'a customer is recorded whether or not there is one',
    'fresh | meanwhile',
    'A user is onboarded by one execution',
    instead('saas-onboarding', [
      ',"ConditionExpression":"attribute_not_exists(customerId) OR #execution = :execution","ExpressionAttributeNames":{"#execution":"execution"},"ExpressionAttributeValues":{":execution":{"S":"{% $execution %}"}}',
      '',
    ]),
  ],
]);

plant<TamperImports>(importScenarios, [
  [
    'a repeat starts again what has shipped',
    'import-again',
    'An order is started again only after',
    instead('bulk-orders', ['{% $states.input.isUndone and', '{% true and']),
  ],
  [
    'an import does not know what it has started',
    'import-again | StartOrder #1 replyLost',
    'An import starts an order once at most',
    instead('bulk-orders', ['{% $states.input.isOurs %}', '{% false %}']),
  ],
  [
    'every batch may fail',
    'import | StartOrder #all fails:unavailable',
    'What is IMPORTED has an order for each good line',
    instead('bulk-orders', ["{% $number('5') %}", "{% $number('100') %}"]),
  ],
  [
    'a repeat starts nothing again',
    'import',
    'After a repeat that nothing strikes',
    instead('bulk-orders', ['{% $again %}', '{% false %}']),
  ],
  [
    'the topic was told in any case',
    'import | NotifyImport #all fails:unavailable',
    'The topic is told what the output of an import says',
    instead('bulk-orders', ["'notified': false", "'notified': true"]),
  ],
]);

plant<TamperReconciliation>(reconciliationScenarios, [
  [
    'a report is of the first round alone',
    'reconcile',
    'A report has each difference of its days',
    instead('reconciliation', [
      '"progress":"{% $states.input.progress %}"',
      '"progress":{"round":1,"step":"done"}',
    ]),
  ],
  [
    'nobody hears that nobody was told',
    'reconcile | NotifyDifferences #all fails:unavailable',
    'Differences are told',
    instead('reconciliation', [
      '"Output":"{% $states.input %}","Next"',
      '"Output":"{% $states.input %}","Catch":[{"ErrorEquals":["States.ALL"],"Output":"{% $states.input %}","Next":"Reconciled"}],"Next"',
    ]),
  ],
  [
    'a reconciliation releases stock',
    'reconcile-matched',
    'A reconciliation changes nothing',
    instead('reconciliation', [
      '"StartAt":"Compare","States":{',
      '"StartAt":"Release","States":{"Release":{"Type":"Task","Resource":"arn:aws:states:::dynamodb:deleteItem","Arguments":{"TableName":"reservations","Key":{"orderId":{"S":"A-1"}}},"Next":"Compare"},',
    ]),
  ],
]);
