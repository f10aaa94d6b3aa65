/** `npm run deploy -- --change-sets`: which stacks are deployed, what is shown, and what is refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { without } from '../../bin/deployment/arguments';
import { readAssembly } from '../../bin/deployment/assembly';
import { deployByChangeSets, type Options } from '../../bin/deployment/change-sets';
import { stages } from '../../lib/stages';
import { type Answer, deployed, failure, fakeAccount } from '../support/fake-account';

type Input = Record<string, unknown>;

const alarm = (MetricName: string) => ({ Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName } });
const Resources = {
  Failed: alarm('ExecutionsFailed'),
  New: alarm('ExecutionsFailed'),
  Throttled: alarm('ExecutionThrottled'),
};
const stacks = ['Operations', 'OrderProcessing'].map((id) => ({
  id,
  name: `workflows-dev-${id}`,
  template: { Resources },
}));

const change = (Action: string, LogicalResourceId: string, ResourceType: string, Replacement?: string) => ({
  ResourceChange: { Action, LogicalResourceId, ResourceType, Replacement },
});
const harmless = change('Modify', 'Charge', 'AWS::Lambda::Function', 'False');

const resource = (id: string) => ({
  LogicalResourceId: id,
  ResourceType: 'AWS::CloudWatch::Alarm',
  PhysicalResourceId: `workflows-dev-${id}`,
});

/** Deploys both stacks. @param changeSets of each, by its id */
async function deploy(
  changeSets: Record<string, object>,
  { options = {}, answers = {}, fails = () => false }: Scenario = {},
) {
  const calls: string[] = [];
  const said: string[] = [];
  const aws = fakeAccount({
    DescribeStacks: ({ StackName }: Input) => ({
      Stacks: [
        deployed(String(StackName), {
          StackId: `arn:aws:cloudformation:eu-west-1:111122223333:stack/${StackName}/1`,
        }),
      ],
    }),
    ListStackResources: { StackResourceSummaries: ['Failed', 'Throttled', 'Removed'].map(resource) },
    DescribeChangeSet: ({ StackName }: Input) => changeSets[String(StackName).replace(/.*-/, '')],
    ...answers,
  });
  const cdk = (...args: readonly string[]) => {
    calls.push(args.join(' '));
    return fails(args.join(' ')) ? 3 : 0;
  };
  const status = await deployByChangeSets(
    stacks,
    { aws, cdk, say: (text) => said.push(text) },
    { passed: ['--app', 'assembly/dev'], allowsLoss: false, hasTriggers: true, ...options },
  );
  return { status, calls, said: said.join('\n') };
}

interface Scenario {
  options?: Partial<Options>;
  answers?: Record<string, Answer>;
  fails?: (call: string) => boolean;
}

const complete = (...Changes: object[]) => ({ Status: 'CREATE_COMPLETE', Changes });
const nothing = {
  Status: 'FAILED',
  StatusReason: 'The submitted information didn’t contain changes.',
  Changes: [],
};
const executions = (calls: readonly string[]) =>
  calls.filter((call) => call.includes(' execute-change-set '));

test('one stack after the other is prepared, shown and executed; one without changes is left alone', async () => {
  const { status, calls, said } = await deploy({ Operations: nothing, OrderProcessing: complete(harmless) });
  expect(status).toBe(0);
  expect(calls.map((call) => call.split(' --require')[0])).toEqual([
    'deploy Operations --exclusively --method prepare-change-set --app assembly/dev',
    'deploy OrderProcessing --exclusively --method prepare-change-set --app assembly/dev',
    'deploy OrderProcessing --exclusively --method execute-change-set --app assembly/dev',
  ]);
  expect(said).toContain('### workflows-dev-Operations\n\nNothing changes.');
  expect(said).toMatch(
    /### workflows-dev-OrderProcessing\n\n```\nModify +Charge +AWS::Lambda::Function\n```/,
  );
});

test('all pages of a change set are shown', async () => {
  const pages: Record<string, object> = {
    first: { ...complete(harmless), NextToken: 'second' },
    second: complete(change('Add', 'Late', 'AWS::SQS::Queue')),
  };
  const { said } = await deploy(
    {},
    { answers: { DescribeChangeSet: ({ NextToken = 'first' }: Input) => pages[String(NextToken)] } },
  );
  expect(said).toMatch(/Modify +Charge.*\nAdd +Late/);
});

test.each([
  ['removes a table', change('Remove', 'Payments', 'AWS::DynamoDB::GlobalTable')],
  ['replaces a machine', change('Modify', 'Machine', 'AWS::StepFunctions::StateMachine', 'True')],
])('a change set that %s is shown, and not executed', async (_, loss) => {
  const changeSets = { Operations: complete(harmless, loss), OrderProcessing: complete(harmless) };
  const { status, calls, said } = await deploy(changeSets);
  expect(status).toBe(1);
  expect(calls).toHaveLength(1);
  expect(said).toContain(
    `workflows-dev-Operations stays as it was: ${loss.ResourceChange.LogicalResourceId} would be removed or replaced`,
  );
  expect(said).toMatch(new RegExp(`\`\`\`\\n${loss.ResourceChange.Action}`));

  const allowed = await deploy(changeSets, { options: { allowsLoss: true } });
  expect(allowed.status).toBe(0);
  expect(executions(allowed.calls)).toHaveLength(2);
});

test.each([
  ['a table that may be replaced', change('Modify', 'Payments', 'AWS::DynamoDB::GlobalTable', 'Conditional')],
  ['an alarm that is removed', change('Remove', 'Old', 'AWS::CloudWatch::Alarm')],
])('%s is no loss', async (_, harmlessChange) => {
  const { status } = await deploy({ Operations: complete(harmlessChange), OrderProcessing: nothing });
  expect(status).toBe(0);
});

test.each([
  ['prepared', 'prepare-change-set', 0],
  ['executed', 'execute-change-set', 1],
])('a stack that could not be %s is the last one', async (_, method, executed) => {
  const { status, calls } = await deploy(
    { Operations: complete(harmless), OrderProcessing: complete(harmless) },
    { fails: (call) => call.includes(method) },
  );
  expect(status).toBe(3);
  expect(executions(calls)).toHaveLength(executed);
  expect(calls.join()).not.toContain('OrderProcessing');
});

describe('alarms take a deployment back', () => {
  const triggersOf = async (scenario: Scenario = {}) => {
    const { calls } = await deploy({ Operations: nothing, OrderProcessing: nothing }, scenario);
    return calls[0]?.split('--require-approval never')[1]?.trim();
  };

  test('those of failed executions that are there, and stay', async () => {
    expect(await triggersOf()).toBe(
      '--rollback-trigger-alarm-arns arn:aws:cloudwatch:eu-west-1:111122223333:alarm:workflows-dev-Failed',
    );
  });

  test('unless they are not wanted', async () => {
    expect(await triggersOf({ options: { hasTriggers: false } })).toBe('--rollback-trigger-alarm-arns none');
  });

  test('and none when the stack is new', async () => {
    const absent = failure('ValidationError', 'Stack with id x does not exist');
    expect(
      await triggersOf({ answers: { DescribeStacks: absent, ListStackResources: failure('Called') } }),
    ).toBe('');
  });
});

describe('an assembly', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assembly-'));
    writeFileSync(join(folder, 't.json'), JSON.stringify({ Resources }));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const artifact = (id: string, stage: string, ...dependencies: string[]) => ({
    [id]: {
      type: 'aws:cloudformation:stack',
      dependencies: [`${id}.assets`, ...dependencies],
      properties: { templateFile: 't.json', stackName: `workflows-${stage}-${id}` },
    },
    [`${id}.assets`]: { type: 'cdk:asset-manifest', properties: {} },
  });
  const write = (...artifacts: object[]) =>
    writeFileSync(
      join(folder, 'manifest.json'),
      JSON.stringify({ artifacts: Object.assign({}, ...artifacts) }),
    );

  test('has its stacks, each after those that it needs', () => {
    write(artifact('A', 'dev', 'C'), artifact('B', 'dev'), artifact('C', 'dev', 'B'));
    const found = readAssembly(folder, stages.dev);
    expect(found.map(({ id }) => id)).toEqual(['B', 'C', 'A']);
    expect(found[0]).toEqual({ id: 'B', name: 'workflows-dev-B', template: { Resources } });
  });

  test('of another stage is refused, and so is a folder without one', () => {
    write(artifact('A', 'dev'));
    expect(() => readAssembly(folder, stages.prod)).toThrow(
      'not an assembly of prod: it has the stack workflows-dev-A',
    );
    expect(() => readAssembly(join(folder, 'none'), stages.dev)).toThrow('npm run assembly');
  });
});

test('cdk gets no option that is not its own', () => {
  const ours = { flags: ['--change-sets'], values: ['--summary'] };
  expect(
    without(['-c', 'stage=dev', '--summary', 'x', '--change-sets', '--summary=y', '--app', 'a'], ours),
  ).toEqual(['-c', 'stage=dev', '--app', 'a']);
});
