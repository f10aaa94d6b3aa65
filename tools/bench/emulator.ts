/** What the emulator's own Step Functions takes for a run of seven states, to compare the simulator with. */
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { localAccount, localEnvironment } from '../../bin/local-cloud/environment';
import { startEmulator } from '../local/emulator';
import { loopback, preferPort } from '../local/ports';
import { isPythonReady, preparePython } from '../local/python';
import { simulate } from '../simulator';
import type { Measure } from './measure';
import { temporaryFolder } from './processes';

const RUNS = { simulator: 1_000, emulator: 30 };
const NAMES = ['One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven'];

const DEFINITION = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: NAMES[0],
  States: Object.fromEntries(
    NAMES.map((name, index) => [
      name,
      {
        Type: 'Pass',
        Output: { count: '{% $states.input.count + 1 %}' },
        ...(NAMES[index + 1] ? { Next: NAMES[index + 1] } : { End: true }),
      },
    ]),
  ),
});

/** Nothing where Python has no emulator yet: `npm start` installs it. */
export async function measureEmulator(): Promise<Measure[]> {
  if (!isPythonReady()) return [];
  const port = await preferPort(0);
  const endpoint = `http://${loopback}:${port}`;
  const folder = temporaryFolder();
  const emulator = await startEmulator({
    python: await preparePython(),
    port,
    environment: localEnvironment({ aws: endpoint, stepFunctions: endpoint, stripe: endpoint }, process.env),
    temporary: folder,
    logFile: join(folder, 'emulator.log'),
  });
  try {
    const run = await emulated(endpoint);
    const what = 'Runs of seven Pass states per second';
    return [
      {
        what: `${what}, simulator`,
        value: await rate(simulated, RUNS.simulator),
        unit: '1/s',
        note: 'in this process, full history',
      },
      {
        what: `${what}, emulator`,
        value: await rate(run, RUNS.emulator),
        unit: '1/s',
        note: 'MiniStack’s own, over HTTP, one at a time',
      },
    ];
  } finally {
    emulator.kill();
  }
}

async function rate(run: (count: number) => Promise<void>, count: number): Promise<number> {
  await run(Math.ceil(count / 10));
  const started = performance.now();
  await run(count);
  return (count * 1000) / (performance.now() - started);
}

async function simulated(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const { output } = await simulate(DEFINITION, { input: { count: 0 } });
    check(JSON.stringify(output));
  }
}

async function emulated(endpoint: string) {
  const { region, credentials } = localAccount;
  const RoleName = 'bench';
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  const iam = new IAMClient({ endpoint, region, credentials });
  const role = await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const client = new SFNClient({ endpoint, region, credentials });
  const { stateMachineArn } = await client.send(
    new CreateStateMachineCommand({ name: 'seven', definition: DEFINITION, roleArn: role.Role?.Arn }),
  );
  return async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++) {
      const input = JSON.stringify({ count: 0 });
      const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input }));
      let execution = await client.send(new DescribeExecutionCommand({ executionArn }));
      while (execution.status === 'RUNNING') {
        execution = await client.send(new DescribeExecutionCommand({ executionArn }));
      }
      check(execution.output);
    }
  };
}

function check(output: string | undefined): void {
  if (output?.replace(/\s/g, '') !== '{"count":7}') throw new Error(`Seven states came to ${output}`);
}
