/** Rules for saved queries, over what simulated executions and functions log. (Part of stacks.test.ts.) */
import { HistoryEventType } from '@aws-sdk/client-sfn';
import type { Context } from 'aws-lambda';
import { CompensationFailed } from '../../../lambda/shared/errors';
import { lambdaHandler } from '../../../lambda/shared/handler';
import { fails, times } from '../../../tools/doubles/faults';
import { openShop } from '../../../tools/world/order-shop';
import { fieldsOf, type Row, rowOf, run } from '../../support/insights';
import { loggedWithoutData } from '../../support/log-patterns';
import { accountOf, arnOf } from '../../support/resolved';
import { reviewing } from '../../support/reviews';
import type { Templates } from '../../support/template';

/** What Step Functions logs of orders: one that is shipped after a retry, one undone, one half-way, one stopped and redriven, one reviewed. */
const logOfOrders = async (): Promise<Row[]> => {
  const shop = openShop();
  await shop.run({ orderId: 'B1' }, { faults: { CreateShipment: times(2, fails('TemporaryFailure')) } });
  await shop.run({ orderId: 'B2' }, { faults: { CapturePayment: fails('Error') } });
  await shop.run(
    { orderId: 'B3' },
    { faults: { CapturePayment: fails('Error'), ReleaseInventory: fails('CompensationFailed') } },
  );
  const stopped = shop.start({ orderId: 'B4' });
  stopped.stop();
  await shop.redrive({ execution: stopped });
  const { order, answer, finish } = await reviewing({}, shop);
  await answer('APPROVED');
  await finish(order);
  return shop.stepFunctions.executions().flatMap(({ execution, machine }) =>
    execution.events.map((event) => ({
      ...rowOf(loggedWithoutData(event, arnOf('states', `execution:${machine.name}:${execution.name}`))),
      '@timestamp': event.timestamp.getTime(),
    })),
  );
};

/** What a function logs when it fails. */
const logOfFunction = async (execution: string): Promise<Row[]> => {
  const lines: Row[] = [];
  process.env.POWERTOOLS_DEV = 'true';
  jest.spyOn(console, 'error').mockImplementation((line) => lines.push(rowOf(JSON.parse(String(line)))));
  const handler = lambdaHandler(
    () => async () => Promise.reject(new CompensationFailed('Reversing the payment', 'not now')),
    () => ({ execution }),
  );
  await handler({}, { functionName: 'ReversePayment' } as Context).catch(() => undefined);
  jest.restoreAllMocks();
  delete process.env.POWERTOOLS_DEV;
  return lines.map((line) => ({ ...line, '@timestamp': Date.parse(String(line.timestamp)) }));
};

export const queryRules = (templates: Templates): void => {
  const account = accountOf(templates);
  const definitions = account.resources.filter(({ type }) => type === 'AWS::Logs::QueryDefinition');
  const queryOf = (title: string): string =>
    String(
      definitions.find(({ properties }) => properties.Name === `workflows-prod-OrderProcessing/${title}`)
        ?.properties.QueryString,
    );

  describe('saved queries', () => {
    let events: Row[] = [];
    beforeAll(async () => {
      events = [...(await logOfOrders()), ...(await logOfFunction('order-B3.1'))];
    });

    test('are in every stack with workflows, in a folder of its name, over logs that exist', () => {
      const titles = [
        'Failures by state and error',
        'Retries by error',
        'Slowest states',
        'Story of an execution',
      ];
      const groups = account.resources.filter(({ type }) => type === 'AWS::Logs::LogGroup');
      for (const stack of ['OrderProcessing', 'SaasOnboarding', 'Reconciliation']) {
        const own = definitions.filter((each) => each.stack === stack).map(({ properties }) => properties);
        expect(own.map(({ Name }) => Name).sort()).toEqual(
          titles.map((title) => `workflows-prod-${stack}/${title}`),
        );
        for (const { LogGroupNames } of own) {
          const names = Object.values(Object(LogGroupNames));
          expect(names.length).toBeGreaterThan(0);
          expect(groups.filter((each) => each.stack === stack).map(({ ref }) => ref)).toEqual(
            expect.arrayContaining(names),
          );
        }
      }
    });

    test('read fields that something logs, and types of events that there are', () => {
      const logged = new Set(events.flatMap((event) => Object.keys(event)));
      const types = new Set<string>(Object.values(HistoryEventType));
      for (const { properties } of definitions) {
        const query = String(properties.QueryString);
        expect({ query, missing: fieldsOf(query).filter((field) => !logged.has(field)) }).toEqual({
          query,
          missing: [],
        });
        const listed = Array.from(query.matchAll(/'((?:Task|Execution)\w+)'/g), ([, type = '']) => type);
        expect(listed.filter((type) => !types.has(type) && type !== 'Execution')).toEqual([]);
      }
    });

    test('an order’s story has its states, its review’s, and what its functions logged, in order', () => {
      const story = (execution: string) =>
        run(queryOf('Story of an execution').replaceAll('{{execution}}', execution), events);
      const halfWay = story('order-B3');
      expect(halfWay.map(({ event, place }) => `${event} ${place}`)).toEqual(
        expect.arrayContaining([
          'TaskStateEntered ReleaseInventory',
          'ExecutionFailed undefined',
          'Failed ReversePayment',
        ]),
      );
      expect(halfWay.every(({ execution_arn }) => !/A-1001|B[12]$/.test(String(execution_arn)))).toBe(true);
      expect(halfWay.find(({ event }) => event === 'Failed')).toMatchObject({
        error: 'CompensationFailed',
        why: 'Reversing the payment failed: not now',
      });
      expect(story('order-A-1001').map(({ place }) => place)).toEqual(
        expect.arrayContaining(['NotifyCustomer', 'RequestReview']),
      );
      const numbers = story('order-B1').map(({ number }) => Number(number));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    });

    test('failures are counted by the state at which executions ended, unless they have been completed since', () => {
      expect(run(queryOf('Failures by state and error'), events)).toEqual([
        { state: 'OrderFailed', error: 'Error', executions: 1 },
        { state: 'ReleaseInventory', error: 'CompensationFailed', executions: 1 },
      ]);
    });

    test('the slowest state is the one with a person in it', () => {
      const [slowest] = run(queryOf('Slowest states'), events);
      expect(slowest).toMatchObject({ state: 'ReviewPayment', executions: 1 });
    });

    test('retries are counted by their error', () => {
      expect(run(queryOf('Retries by error'), events)).toContainEqual({
        error: 'TemporaryFailure',
        service: 'lambda',
        call: 'invoke',
        tries: 2,
        executions: 1,
      });
    });
  });
};
