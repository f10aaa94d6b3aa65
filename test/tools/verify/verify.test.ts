/** The comparison with AWS, over a double of its two calls: the simulator itself, with planted disagreements. */
import { SFNClient } from '@aws-sdk/client-sfn';
import { allStatesOf } from '../../../lib/workflow/language/machines';
import { paced } from '../../../tools/verify/aws';
import type { Answer, Question } from '../../../tools/verify/question';
import { questionOf } from '../../../tools/verify/question';
import { type Recordings, record } from '../../../tools/verify/recordings';
import { simulateState } from '../../../tools/verify/simulated';
import { verify } from '../../../tools/verify/verify';
import { openShop } from '../../../tools/world/order-shop';
import { type KeptVisit, whileListening } from '../../../tools/world/reached';

type Request = Question['request'];
/** What AWS answers in place of the simulator's answer; undefined leaves it. */
type Plant = (request: Request, answer: Answer) => object | undefined;

/** The SDK's own client, whose requests are answered here. */
function awsThat({
  plant = () => undefined,
  diagnostics = [],
}: {
  plant?: Plant;
  diagnostics?: object[];
} = {}) {
  const requests: Request[] = [];
  const answer = async (operation: string, request: Request) => {
    if (operation === 'ValidateStateMachineDefinition')
      return { result: diagnostics.length > 0 ? 'FAIL' : 'OK', diagnostics };
    requests.push(request);
    const simulated = await simulateState({ request });
    return plant(request, simulated) ?? simulated;
  };
  const sfn = new SFNClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ headers, body }: { headers: Record<string, string>; body: Uint8Array }) => {
        const operation = headers['x-amz-target']?.split('.')[1] ?? '';
        const found = await answer(operation, JSON.parse(new TextDecoder().decode(body)));
        return {
          response: {
            statusCode: '__type' in found ? 400 : 200,
            headers: { 'content-type': 'application/x-amz-json-1.0' },
            body: Buffer.from(JSON.stringify(found)),
          },
        };
      },
    },
  });
  return { sfn, requests };
}

let recorded: Recordings;
beforeAll(async () => {
  recorded = await record(['plain', 'declined', 'expired']);
});

const ask = (sfn: SFNClient, questions = recorded.questions) =>
  verify({ sfn, questions, definitions: recorded.definitions, sleep: async () => {} });

/** Questions about this state of orders. */
const about = (state: string) => recorded.questions.filter((question) => question.state === state);

test('where both say the same, nothing is found', async () => {
  const { sfn, requests } = awsThat();
  expect(await ask(sfn)).toEqual([]);
  expect(requests).toHaveLength(recorded.questions.length);
  expect(recorded.questions.length).toBeGreaterThan(50);
});

test('every outcome of a state is asked about', async () => {
  const statuses = new Set<unknown>();
  for (const question of recorded.questions) statuses.add((await simulateState(question)).status);
  expect(statuses).toEqual(new Set(['SUCCEEDED', 'RETRIABLE', 'CAUGHT_ERROR', 'FAILED']));
});

const inspected = (answer: Answer, more: object) => ({
  ...answer,
  inspectionData: { ...answer.inspectionData, ...more },
});

test.each<[string, string, Answer['status'], (answer: Answer) => object]>([
  ['status', 'CreateShipment', 'SUCCEEDED', (answer) => ({ ...answer, status: 'FAILED' })],
  ['output', 'NotifyCustomer', 'SUCCEEDED', (answer) => ({ ...answer, output: '{"outcome":"LOST"}' })],
  ['next state', 'CheckOutcome', 'SUCCEEDED', (answer) => ({ ...answer, nextState: 'AlreadyProcessed' })],
  ['variables', 'ValidateOrder', 'SUCCEEDED', (answer) => inspected(answer, { variables: '{}' })],
  ['arguments', 'CapturePayment', 'SUCCEEDED', (answer) => inspected(answer, { afterArguments: '{}' })],
  [
    'retrier',
    'CapturePayment',
    'RETRIABLE',
    (answer) => inspected(answer, { errorDetails: { retryIndex: 0 } }),
  ],
  [
    'catcher',
    'ChargeCard',
    'CAUGHT_ERROR',
    (answer) => inspected(answer, { errorDetails: { catchIndex: 7 } }),
  ],
  ['error', 'OrderFailed', 'FAILED', (answer) => ({ ...answer, error: 'Another' })],
  ['cause', 'OrderFailed', 'FAILED', (answer) => ({ ...answer, cause: '{"undone":false}' })],
])('a planted disagreement on the %s of %s is found', async (what, state, status, changed) => {
  const { sfn } = awsThat({ plant: (_, answer) => (answer.status === status ? changed(answer) : undefined) });
  const found = await ask(sfn, about(state));
  expect(found.length).toBeGreaterThan(0);
  for (const each of found) expect(each).toMatchObject({ workflow: 'order-processing', state, what });
});

test('JSON that says the same in other words is no disagreement, nor is AWS’s wording of a failed expression', async () => {
  const turned = (text: string | undefined) => {
    const value = JSON.parse(text ?? 'null');
    const isRecord = value !== null && typeof value === 'object' && !Array.isArray(value);
    return isRecord ? JSON.stringify(Object.fromEntries(Object.entries(value).reverse()), null, 1) : text;
  };
  const { sfn } = awsThat({ plant: (_, { output, ...rest }) => ({ ...rest, output: turned(output) }) });
  expect(await ask(sfn)).toEqual([]);
});

test('what AWS has against a definition is a disagreement', async () => {
  const diagnostics = [
    { severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message: 'No', location: '/States/X' },
  ];
  const found = await ask(awsThat({ diagnostics }).sfn, []);
  expect(found).toHaveLength(recorded.definitions.size);
  expect(found[0]).toMatchObject({
    state: '(definition)',
    aws: 'ERROR SCHEMA_VALIDATION_FAILED: No (/States/X)',
  });
});

const refusal = (message: string) => ({ __type: 'ValidationException', message });

test('an answer that the service’s API does not know is said, and the rest is compared all the same', async () => {
  const plant: Plant = ({ mock }, answer) =>
    mock?.fieldValidationMode === 'PRESENT'
      ? refusal('Payload is a string')
      : { ...answer, nextState: 'Elsewhere' };
  const found = await ask(awsThat({ plant }).sfn, about('CreateShipment').slice(0, 1));
  expect(found.map(({ what, aws }) => [what, aws])).toEqual([
    ['next state', '"Elsewhere"'],
    ['answer of the service', 'Payload is a string'],
  ]);
});

test('a question that AWS refuses is a disagreement, and does not stop the others', async () => {
  const plant: Plant = ({ mock }) => (mock ? undefined : refusal('No'));
  const found = await ask(awsThat({ plant }).sfn, [...about('CheckOutcome'), ...about('CreateShipment')]);
  expect(new Set(found.map(({ state, what }) => `${state}: ${what}`))).toEqual(
    new Set(['CheckOutcome: question']),
  );
});

test('who may not ask hears so at once', async () => {
  const { sfn, requests } = awsThat({
    plant: () => ({ __type: 'AccessDeniedException', message: 'states:TestState' }),
  });
  await expect(ask(sfn, recorded.questions.slice(0, 30))).rejects.toThrow('states:TestState');
  expect(requests.length).toBeLessThan(10);
});

test('ten are asked a second, and at most eight at a time', async () => {
  let [open, most, slept] = [0, 0, 0];
  await paced(
    Array.from({ length: 30 }),
    async () => {
      most = Math.max(most, ++open);
      for (let turn = 0; turn < 40; turn++) await Promise.resolve();
      open--;
    },
    async (milliseconds) => {
      slept += milliseconds;
    },
  );
  expect(slept).toBe(29 * 100);
  expect(most).toBe(8);
});

test('after a failure nothing more is asked, and it is told once, even when nobody was waiting for it', async () => {
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => unheard.push(reason);
  process.on('unhandledRejection', hear);
  const asked: number[] = [];
  const failing = async (item: number) => {
    asked.push(item);
    if (item > 1) throw new Error(`number ${item}`);
  };
  const turns = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
  await expect(paced([1, 2, 3, 4], failing, turns)).rejects.toThrow('number 2');
  await turns();
  process.off('unhandledRejection', hear);
  expect(asked).toEqual([1, 2]);
  expect(unheard).toEqual([]);
});

test('a state that is asked about alone comes to what it came to in its execution', async () => {
  const shop = openShop();
  const visits: KeptVisit[] = [];
  const { execution } = await whileListening(
    (visit) => visits.push(visit),
    () => shop.run({ paymentMethodId: 'pm_card_chargeDeclined' }),
  );
  const states = new Map(
    allStatesOf(JSON.parse(shop.definitionOf('order-processing'))).map(({ name, state }) => [name, state]),
  );
  const exits = new Map(
    execution.events.flatMap(({ stateExitedEventDetails: exited }) =>
      exited ? [[String(exited.name), exited] as const] : [],
    ),
  );
  expect(visits.map(({ state }) => state).sort()).toEqual([...exits.keys()].sort());
  for (const visit of visits) {
    const { output, assignedVariables = {} } = exits.get(visit.state) ?? {};
    const alone = await simulateState(questionOf(visit, states.get(visit.state) ?? {}));
    const assigned = Object.entries(assignedVariables as object).map(([name, text]) => [
      name,
      JSON.parse(text),
    ]);
    const variables = { ...visit.variables, ...Object.fromEntries(assigned) };
    expect([visit.state, alone.output]).toEqual([visit.state, output]);
    expect([visit.state, JSON.parse(alone.inspectionData?.variables ?? '')]).toEqual([
      visit.state,
      variables,
    ]);
  }
});

test('a Choice that looks at the context gets it as a variable, because AWS takes no context without a mock', () => {
  const Condition = '{% $states.context.Execution.RedriveCount > 0 %}';
  const visit = {
    workflow: 'w',
    definition: '',
    state: 'IsRedriven',
    input: {},
    variables: { a: 1 },
    context: { Execution: { RedriveCount: 1 } },
  };
  const { request } = questionOf(visit, {
    Type: 'Choice',
    Choices: [{ Condition, Next: 'Yes' }],
    Default: 'No',
  });
  expect(request).not.toHaveProperty('context');
  expect(request).not.toHaveProperty('mock');
  expect(JSON.parse(request.variables ?? '')).toEqual({ a: 1, contextOfTest: visit.context });
  return expect(simulateState({ request })).resolves.toMatchObject({ status: 'SUCCEEDED', nextState: 'Yes' });
});

test('states that no run came to are named', async () => {
  expect((await record(['invalid'])).missing).toContain('order-processing/ReviewPayment');
});
