// The operators' commands: redrive, review, import, claim.

import { GenerateMacCommand } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import type { STSClient } from '@aws-sdk/client-sts';
import { formatClaimToken, macMessage } from '../../contracts/claim-token';
import { createApiKeyRecords } from '../../lambda/saas-onboarding/api-key-records';
import { createCreateApiKey } from '../../lambda/saas-onboarding/create-api-key.lambda';
import { createDynamoDB } from '../../tools/doubles/dynamodb';
import { fails } from '../../tools/doubles/faults';
import { createKms } from '../../tools/doubles/kms';
import { simulate } from '../../tools/simulator';
import { openShop } from '../../tools/world/order-shop';
import { addExecution, type CliWorld, cliWorld, workflows } from '../support/cli';
import { Fault } from '../support/fake-step-functions';

const runOf = async (faults = {}) => (await openShop().run({ orderId: 'A1' }, { faults })).execution.events;

const stuck = () => runOf({ CreateShipment: fails('Error'), ReversePayment: fails('CompensationFailed') });

describe('redrive', () => {
  const redrives = ({ stepFunctions }: CliWorld) =>
    stepFunctions.requests.filter(({ operation }) => operation === 'RedriveExecution').length;

  const world = () => {
    const made = cliWorld();
    made.stepFunctions.answers.RedriveExecution = () => ({ redriveDate: 1_800_000_000 });
    return made;
  };

  test('an execution that stopped half-way continues where it stopped', async () => {
    const made = world();
    addExecution(made, await stuck(), { name: 'order-A1' });
    const { exitCode, out, err } = await workflows(made, 'redrive A1');
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: 'order-A1 goes on at ReversePayment\n' });
    expect(err).toContain('status order-A1 --watch');
    expect(redrives(made)).toBe(1);
  });

  test('one that ended in a Fail state is not redriven: it is undone, and the next attempt is one command', async () => {
    const made = world();
    addExecution(made, await runOf({ CreateShipment: fails('Error') }), { name: 'order-A1_2' });
    const { exitCode, out, err } = await workflows(made, 'redrive order-A1_2');
    expect(out).toContain('npm run workflows -- start order --from order-A1_2 --attempt 3');
    expect(err).toContain('Error: order-A1_2 was not redriven: it would only fail again.');
    expect(exitCode).toBe(1);
    expect(redrives(made)).toBe(0);
  });

  test.each([
    ['runs', async () => (await runOf()).slice(0, 4), 'order-A1 is running: there is nothing to redrive.'],
    ['ended well', runOf, 'order-A1 ended well, as SHIPPED: there is nothing to redrive.'],
  ])('one that %s is left alone', async (_, events, message) => {
    const made = world();
    addExecution(made, await events(), { name: 'order-A1' });
    const { exitCode, err } = await workflows(made, 'redrive A1');
    expect(err).toContain(message);
    expect(exitCode).toBe(1);
    expect(redrives(made)).toBe(0);
  });

  test('one that is too old says so', async () => {
    const made = world();
    addExecution(made, await stuck(), { name: 'order-A1' });
    made.stepFunctions.answers.RedriveExecution = () => {
      throw new Fault('ExecutionNotRedrivable', 'The execution redrivable period exceeded');
    };
    const { exitCode, err } = await workflows(made, 'redrive A1');
    expect(err).toContain('order-A1 can no longer be redriven: The execution redrivable period exceeded');
    expect(exitCode).toBe(1);
  });
});

describe('review', () => {
  const world = (...reviews: string[]) => {
    const dynamodb = createDynamoDB({ reviews: 'execution' });
    for (const execution of reviews) {
      dynamodb.seed('reviews', {
        execution: { S: execution },
        orderId: { S: execution },
        taskToken: { S: 'the-token' },
        amount: { N: '250000' },
        currency: { S: 'eur' },
        customer: {
          S: '{"known":true,"company":"M\\u001b[2Jugs","plan":"pro","customerSince":"2025-01-02T03:04:05Z"}',
        },
        requestedAt: { S: new Date(Date.now() - 60_000).toISOString() },
        expiresAt: { S: new Date(Date.now() + 3 * 86_400_000 + 60_000).toISOString() },
      });
    }
    const sts = {
      send: async () => ({ Arn: 'arn:aws:sts::0:assumed-role/Reviewers/ann' }),
    } as unknown as STSClient;
    const made = cliWorld({ clients: { dynamodb: async () => dynamodb.client, sts: async () => sts } });
    made.outputs['OrderProcessing/ReviewsTableName'] = 'reviews';
    made.stepFunctions.answers.SendTaskSuccess = () => ({});
    return { made, dynamodb };
  };

  test('list shows the waiting reviews, without tokens', async () => {
    const { out } = await workflows(world('order-A1').made, 'review list');
    expect(out).toMatch(/^Execution +Amount +Customer +Asked +Time left/);
    expect(out).toMatch(/order-A1 +2500\.00 EUR +M \[2Jugs, pro, since 2025-01-02 +1 min ago +3 d/);
    expect(out).not.toContain('the-token');
  });

  test('an empty list says so', async () => {
    expect((await workflows(world().made, 'review list')).out).toBe('No payment waits for a review.\n');
  });

  test.each([
    ['approve', 'APPROVED'],
    ['reject', 'REJECTED'],
  ])('%s answers in the name of the caller', async (word, decision) => {
    const { made, dynamodb } = world('order-A1');
    const { exitCode, out } = await workflows(made, `review ${word} A1`);
    expect(out).toMatch(new RegExp(`^order-A1 {2}${decision} by assumed-role/Reviewers/ann at `));
    expect(exitCode).toBe(0);
    expect(made.stepFunctions.requests.at(-1)).toEqual({
      operation: 'SendTaskSuccess',
      input: { taskToken: 'the-token', output: `{"decision":"${decision}"}` },
    });
    expect(dynamodb.get('reviews', 'order-A1')).toMatchObject({ delivered: { BOOL: true } });
  });

  test('the first of two approvals says that another person must approve too', async () => {
    const { made, dynamodb } = world('order-A1');
    dynamodb.seed('reviews', { ...dynamodb.get('reviews', 'order-A1'), reviewers: { N: '2' } });
    expect((await workflows(made, 'review list')).out).toMatch(/ needs two approvals$/m);
    const { exitCode, out, err } = await workflows(made, 'review approve A1');
    expect(out).toMatch(/^order-A1 {2}approved by assumed-role\/Reviewers\/ann at .*, the first of two\n$/);
    expect(err).toMatch(/until another person does: .* review approve order-A1\n$/);
    expect(exitCode).toBe(0);
    expect((await workflows(made, 'review list')).out).toMatch(
      / approved by .*\/ann at .*, the first of two$/m,
    );
  });

  test('a contradicting answer is refused in one line', async () => {
    const { made } = world('order-A1');
    await workflows(made, 'review approve A1');
    const { exitCode, err } = await workflows(made, 'review reject A1');
    expect(err).toMatch(
      /Error: order-A1 was APPROVED by assumed-role\/Reviewers\/ann at .*, and the first answer counts\.\n$/,
    );
    expect(exitCode).toBe(1);
  });
});

describe('import', () => {
  const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:BulkOrders';

  const world = () => {
    const uploads: { Bucket: string; Key: string; Body: Buffer }[] = [];
    const s3 = {
      send: async ({ input }: { input: (typeof uploads)[number] }) => {
        uploads.push(input);
        return { VersionId: `v${uploads.length}` };
      },
    } as unknown as S3Client;
    const made = cliWorld({
      files: { 'orders.jsonl': '\uFEFF{"orderId":"A1"}\r\n' },
      clients: { s3: async () => s3 },
    });
    made.outputs['OrderProcessing/BulkOrdersStateMachineArn'] = machine;
    made.outputs['OrderProcessing/BulkOrdersBucketName'] = 'bulk';
    return { made, uploads };
  };

  test('uploads the file unchanged and starts the import of that version', async () => {
    const { made, uploads } = world();
    const { exitCode, out } = await workflows(made, 'import orders.jsonl');
    const [, hash = ''] = /^import-([0-9a-f]{32}) {2}started/.exec(out) ?? [];
    expect(exitCode).toBe(0);
    expect(uploads).toEqual([
      { Bucket: 'bulk', Key: `uploads/${hash}.jsonl`, Body: Buffer.from('\uFEFF{"orderId":"A1"}\r\n') },
    ]);
    expect([...made.stepFunctions.executions.values()][0]).toMatchObject({
      name: `import-${hash}`,
      stateMachineArn: machine,
      input: `{"bucket":"bulk","key":"uploads/${hash}.jsonl","versionId":"v1"}`,
    });
  });

  test.each(['RUNNING', 'SUCCEEDED', 'FAILED'])(
    'the same file again is the same import, while it is %s',
    async (status) => {
      const { made, uploads } = world();
      made.files['copy.jsonl'] = made.files['orders.jsonl'] ?? '';
      const first = await workflows(made, 'import orders.jsonl');
      endAll(made, status);

      expect((await workflows(made, 'import copy.jsonl')).out).toBe(first.out);
      expect(uploads).toHaveLength(1);
      expect(made.stepFunctions.executions.size).toBe(1);
    },
  );

  test('two imports of one file at the same moment are one', async () => {
    const { made } = world();
    const both = await Promise.all([
      workflows(made, 'import orders.jsonl'),
      workflows(made, 'import orders.jsonl'),
    ]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(made.stepFunctions.executions.size).toBe(1);
  });

  const namesIn = ({ stepFunctions }: CliWorld) =>
    [...stepFunctions.executions.values()].map(({ name }) => name.replace(/[0-9a-f]{32}/, '…'));

  const endAll = ({ stepFunctions }: CliWorld, status: string) => {
    for (const { name } of stepFunctions.executions.values())
      stepFunctions.end(name, { status, output: '{}' });
  };

  test('another file is another import', async () => {
    const { made } = world();
    made.files['other.jsonl'] = '{}';
    for (const line of ['import orders.jsonl', 'import other.jsonl']) await workflows(made, line);
    expect(new Set(made.stepFunctions.executions.keys()).size).toBe(2);
    expect(namesIn(made)).toEqual(['import-…', 'import-…']);
  });

  describe('--again', () => {
    test.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])(
      'repeats an import that has ended, %s: as the next, and says so to the workflow',
      async (status) => {
        const { made, uploads } = world();
        await workflows(made, 'import orders.jsonl');
        endAll(made, status);
        const second = await workflows(made, 'import orders.jsonl --again');
        endAll(made, status);
        await workflows(made, 'import orders.jsonl --again');
        expect(second).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^import-\w+_2 {2}started/) });
        expect(namesIn(made)).toEqual(['import-…', 'import-…_2', 'import-…_3']);
        expect(uploads).toHaveLength(3);
        const inputs = [...made.stepFunctions.executions.values()].map(({ input = '' }) => JSON.parse(input));
        expect(inputs.map(({ again, versionId }) => ({ again, versionId }))).toEqual([
          { again: undefined, versionId: 'v1' },
          { again: true, versionId: 'v2' },
          { again: true, versionId: 'v3' },
        ]);
      },
    );

    test('twice is once: the repeat that runs is shown', async () => {
      const { made, uploads } = world();
      await workflows(made, 'import orders.jsonl');
      endAll(made, 'SUCCEEDED');
      const first = await workflows(made, 'import orders.jsonl --again');
      const { out, err } = await workflows(made, 'import orders.jsonl --again');
      expect(out).toBe(first.out);
      expect(err).toContain('The import still runs, so it is not repeated.');
      expect(namesIn(made)).toEqual(['import-…', 'import-…_2']);
      expect(uploads).toHaveLength(2);
    });

    test('two at the same moment are one', async () => {
      const { made } = world();
      await workflows(made, 'import orders.jsonl');
      endAll(made, 'FAILED');
      const both = [1, 2].map(() => workflows(made, 'import orders.jsonl --again'));
      expect((await Promise.all(both)).map(({ exitCode }) => exitCode)).toEqual([0, 0]);
      expect(namesIn(made)).toEqual(['import-…', 'import-…_2']);
    });

    test('of a file that was never imported is its first import', async () => {
      const { made } = world();
      expect(await workflows(made, 'import orders.jsonl --again')).toMatchObject({ exitCode: 0 });
      expect([...made.stepFunctions.executions.values()]).toEqual([
        expect.objectContaining({ input: expect.not.stringContaining('again') }),
      ]);
    });

    test('is named where an import has ended, and only there', async () => {
      const { made } = world();
      await workflows(made, 'import orders.jsonl');
      const running = await workflows(made, 'import orders.jsonl');
      expect(running.err).not.toContain('--again');
      endAll(made, 'SUCCEEDED');
      await workflows(made, 'import orders.jsonl --again');
      endAll(made, 'SUCCEEDED');
      const { out, err } = await workflows(made, 'import orders.jsonl');
      expect(out).toMatch(/^import-\w+_2 {2}started/);
      expect(err).toContain('npm run workflows -- import orders.jsonl --again');
      expect(namesIn(made)).toHaveLength(2);
    });
  });

  describe('with its summary', () => {
    const summary = {
      key: 'uploads/x.jsonl',
      total: 5,
      started: 1,
      alreadyStarted: 1,
      invalid: 2,
      failed: 1,
      badLines: [{ line: 7, problems: [{ path: 'items[0].sku', message: 'is\u001b[2J missing' }], more: 3 }],
      failedLines: [{ line: 9, orderId: 'A9', error: 'Sfn.ThrottlingException' }],
      report: 's3://bulk/bad.jsonl',
    };
    const lambda = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: {} };
    const imported = async (last: object, more: object = {}) => {
      const States = {
        Summarise: { ...lambda, Output: '{% $states.result.Payload %}', Next: 'Last' },
        Last: last,
      };
      const { events } = await simulate(
        { QueryLanguage: 'JSONata', StartAt: 'Summarise', States },
        { task: () => ({ Payload: { outcome: 'IMPORTED', ...summary, ...more } }) },
      );
      const { made } = world();
      const { out } = await workflows(made, 'import orders.jsonl');
      const [name = ''] = out.split(' ');
      const [execution] = made.stepFunctions.executions.values();
      addExecution(made, events, { ...execution, name });
      return workflows(made, 'import orders.jsonl --wait');
    };

    test('--wait shows the results of the lines', async () => {
      const { exitCode, out } = await imported({ Type: 'Succeed' });
      expect(out.split('\n').slice(1)).toEqual([
        'Lines     5 orders: 1 started, 1 started before, 2 invalid, 1 failed',
        '          line 7: items[0].sku: is [2J missing; and 3 more',
        '          line 9: A9 was not started, Sfn.ThrottlingException',
        '          all 2 invalid lines: s3://bulk/bad.jsonl',
        '',
      ]);
      expect(exitCode).toBe(0);
    });

    test('--wait of a repeat tells also what was started again, and what stopped half-way', async () => {
      const more = {
        startedAgain: 3,
        halfWay: 1,
        halfWayLines: [{ line: 8, orderId: 'A8', execution: 'order-A8_2' }],
      };
      const { out } = await imported({ Type: 'Succeed' }, more);
      expect(out).toContain('1 started, 3 started again, 1 started before, 1 half-way, 2 invalid, 1 failed');
      expect(out).toContain('line 8: order-A8_2 stopped half-way: redrive it');
    });

    test('a failed import says how to start the missing orders', async () => {
      const { exitCode, out } = await imported({
        Type: 'Fail',
        Error: 'States.ItemReaderFailed',
        Cause: '{"undone":false,"next":"Ask for the file again."}',
      });
      expect(out).toMatch(/Lines +5 orders: 1 started/);
      expect(out).toMatch(
        /Next +Not all of it is undone.*\n +Ask for the file again\.\n +npm run workflows -- import <file> --again/,
      );
      expect(exitCode).toBe(1);
    });
  });

  test('a missing file', async () => {
    const { made, uploads } = world();
    expect(await workflows(made, 'import none.jsonl')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('none.jsonl cannot be read'),
    });
    expect(uploads).toEqual([]);
  });
});

describe('claim', () => {
  /** A key as onboarding makes it, and the token that the welcome e-mail carries. */
  async function world() {
    const dynamodb = createDynamoDB({ keys: ['apiKeyId', 'record'] });
    const kms = createKms();
    const execution = 'onboarding-u1';
    const create = createCreateApiKey({
      records: createApiKeyRecords({ dynamodb: dynamodb.client, table: 'keys', now: () => new Date() }),
      kms: kms.client,
      sealingKey: 'sealing-key',
    });
    const { apiKeyId } = await create({ userId: 'u1', execution });
    const { Mac: mac = new Uint8Array() } = await kms.client.send(
      new GenerateMacCommand({
        KeyId: 'token-key',
        MacAlgorithm: 'HMAC_SHA_256',
        Message: macMessage(execution),
      }),
    );
    const made = cliWorld({
      clients: { dynamodb: async () => dynamodb.client, kms: async () => kms.client },
    });
    Object.assign(made.outputs, {
      'SaasOnboarding/ApiKeysTableName': 'keys',
      'SaasOnboarding/ApiKeySealingKeyArn': 'sealing-key',
      'SaasOnboarding/ClaimTokenKeyArn': 'token-key',
    });
    return { made, apiKeyId, token: formatClaimToken({ apiKeyId, mac }) };
  }

  test('shows the key once: only the key on stdout, an explanation on stderr', async () => {
    const { made, apiKeyId, token } = await world();
    const { exitCode, out, err } = await workflows(made, `claim ${token}`);
    expect(out).toMatch(/^\S{40,}\n$/);
    expect(err).toContain(`The key ${apiKeyId} of u1. It is not shown again:`);
    expect(exitCode).toBe(0);

    expect(await workflows(made, `claim ${token}`)).toMatchObject({
      exitCode: 1,
      out: '',
      err: expect.stringContaining('Error: The API key was shown already'),
    });
  });

  test('an invalid token is refused in one line', async () => {
    const { made } = await world();
    const { exitCode, err } = await workflows(made, 'claim nonsense');
    expect(err).toMatch(/Error: This is no valid claim token\..*\n$/);
    expect(exitCode).toBe(1);
  });
});
