// workflows logs: the lines that functions logged for one execution, and no other.

import { fails } from '../../tools/doubles/faults';
import { openShop } from '../../tools/world/order-shop';
import { addExecution, cliWorld, workflows } from '../support/cli';
import { fakeLogs } from '../support/fake-logs';

const START = Date.parse('2026-03-01T09:00:00Z'); // when orders of tests start

/** A line of the functions' logger, `after` milliseconds after the start. */
const line = (after: number, execution: string, more: object = {}) => ({
  timestamp: START + after + 40,
  message: `${JSON.stringify({
    level: 'INFO',
    message: 'Done',
    timestamp: new Date(START + after).toISOString(),
    service: 'order-processing',
    cold_start: false,
    function_name: 'workflows-dev-OrderProcessing-ChargeCard3ED9622A-1',
    function_request_id: '52a2a16d-af6e-405b-8336-700146f76ec4',
    execution,
    ...more,
  })}\n`,
});

const failure = {
  level: 'ERROR',
  message: 'Failed',
  errorName: 'AccessDenied',
  reason: 'not\u001b[31m you',
  stack: 'AccessDenied: not you\n    at charge (charge-card.ts:7:3)',
};

const groups = {
  'validate-group': [line(10, 'order-A1', { orderId: 'A1' }), line(11, 'order-B2')],
  'charge-group': [
    { timestamp: START + 20, message: 'START RequestId: 52a2a16d-af6e-405b-8336-700146f76ec4\n' },
    line(30, 'order-A1', failure),
    line(50, 'order-A1_2'),
  ],
  'ship-group': [line(20, 'order-A1')],
};

const openWorld = async (faults = {}, logs = groups as Parameters<typeof fakeLogs>[0]) => {
  const { execution } = await openShop().run({ orderId: 'A1' }, { faults });
  const { client, requests } = fakeLogs(logs);
  const world = cliWorld({
    clients: { logs: async () => client },
    functionLogs: [
      { function: 'ValidateOrder', logGroup: 'validate-group' },
      { function: 'ChargeCard', logGroup: 'charge-group' },
      { function: 'CreateShipment', logGroup: 'ship-group' },
    ],
  });
  addExecution(world, execution.events, { name: 'order-A1' });
  return { world, requests, execution };
};

test('the lines of this execution from every function, in the order of their own times', async () => {
  const { world } = await openWorld();
  const { exitCode, out, err } = await workflows(world, 'logs A1');
  expect(out).toBe(`\
2026-03-01 09:00:00.010   ValidateOrder    INFO    Done  orderId=A1
2026-03-01 09:00:00.020   CreateShipment   INFO    Done
2026-03-01 09:00:00.030   ChargeCard       ERROR   Failed  errorName=AccessDenied  reason=not [31m you
    at charge (charge-card.ts:7:3)
`);
  expect(err).toContain('npm run workflows -- history order-A1');
  expect(exitCode).toBe(0);
});

test('CloudWatch is queried for this execution only, from its start until 15 minutes after its end', async () => {
  const { world, requests, execution } = await openWorld();
  await workflows(world, 'logs A1');
  const first = requests.filter(({ nextToken }) => nextToken === undefined);
  expect(first.map(({ logGroupName }) => logGroupName)).toEqual(Object.keys(groups));
  const end = execution.events.at(-1)?.timestamp.getTime() ?? 0;
  for (const request of first) {
    expect(request).toMatchObject({
      filterPattern: '{ ($.execution = "order-A1") }',
      startTime: START,
      endTime: end + 900_000,
    });
  }
});

test('the query for a running execution has no end', async () => {
  const { world, requests, execution } = await openWorld();
  addExecution(world, execution.events.slice(0, 8), { name: 'order-A1' });
  await workflows(world, 'logs A1');
  expect(requests[0]).not.toHaveProperty('endTime');
});

test("a function that ran out of time logged nothing itself: Lambda's lines of that request are there", async () => {
  const id = '9d711005-c803-4b9d-91f9-673f44f70f79';
  const timedOut = `RequestId: ${id} Error: Task timed out after 30.00 seconds`;
  const report = { type: 'platform.report', record: { requestId: id, status: 'timeout' } };
  const { world, requests } = await openWorld(
    { ChargeCard: fails('Sandbox.Timedout', timedOut) },
    {
      'charge-group': [
        { timestamp: START + 20, message: JSON.stringify(report) },
        { timestamp: START + 21, message: `REPORT RequestId: ${id}\tDuration: 30000 ms` },
        { timestamp: START + 22, message: 'REPORT RequestId: 52a2a16d-af6e-405b-8336-700146f76ec4' },
      ],
    },
  );
  const { out } = await workflows(world, 'logs A1');
  expect(out).toContain('"status":"timeout"');
  expect(out).toContain('Duration: 30000 ms');
  expect(out).not.toContain('52a2a16d');
  expect(requests[0]?.filterPattern).toBe(
    `{ ($.execution = "order-A1") || ($.record.requestId = "${id}") || ($.requestId = "${id}") }`,
  );
});

test('--json has every field, or the text of a line that is not JSON', async () => {
  const { world } = await openWorld();
  const [first, , last] = JSON.parse((await workflows(world, 'logs A1 --json')).out);
  expect(first).toMatchObject({ function: 'ValidateOrder', fields: { cold_start: false, orderId: 'A1' } });
  expect(last).toMatchObject({ at: '2026-03-01T09:00:00.030Z', fields: failure });
});

test('says when there are no lines, or more than can be read', async () => {
  const none = await openWorld({}, {});
  expect((await workflows(none.world, 'logs A1')).out).toBe('No function logged order-A1.\n');
  const many = await openWorld({}, { 'ship-group': Array.from({ length: 51 }, () => line(1, 'order-A1')) });
  const { out, err } = await workflows(many.world, 'logs A1');
  expect(out.split('\n')).toHaveLength(51);
  expect(err).toContain('There is more than could be read');
  expect((await workflows((await openWorld()).world, 'logs A1')).err).not.toContain('more than');
});

test('an execution that does not exist, or is of no workflow here', async () => {
  const { world, requests } = await openWorld();
  expect(await workflows(world, 'logs B7')).toMatchObject({ exitCode: 1 });
  const other = await workflows(world, 'logs arn:aws:states:us-east-1:000000000000:execution:Orders:7f3a');
  expect(other.err).toContain('No workflow names its executions 7f3a.');
  expect(other.exitCode).toBe(2);
  expect(requests).toEqual([]);
});
