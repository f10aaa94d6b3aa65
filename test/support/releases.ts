/** A stage with releases, as the command line sees it: versions and aliases of its machines, and their functions. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { UpdateStateMachineAliasInput } from '@aws-sdk/client-sfn';
import { workflows } from '../../contracts/workflows';
import { addExecution, type CliWorld, cliWorld, machineOf } from './cli';
import { type FakeExecution, Fault, STATE_MACHINE } from './fake-step-functions';

const DAY = 86_400;

export const ORDER = machineOf('order');
/** Only orders start it. */
export const REVIEW = STATE_MACHINE.replace('Orders', 'Review');

/** `charge:3` is version 3 of the function `charge`. */
export const functionArn = (version: string): string =>
  `arn:aws:lambda:us-east-1:000000000000:function:${version}`;

interface Releases {
  readonly world: CliWorld;
  /** Publishes a version that calls these ARNs. @param daysAgo when it was made */
  release(machine: string, daysAgo: number, calls?: readonly string[], description?: string): string;
  /** Changes a machine without a release. */
  change(machine: string, calls: readonly string[]): void;
  /** Lets the alias route to these versions, by number, with their weights. */
  route(machine: string, weights: Readonly<Record<number, number>>, alias?: string): void;
  /** An execution on a version that started so many days ago, and ended so many days ago unless it runs. */
  execution(
    version: string,
    name: string,
    daysAgo: number,
    status?: string,
    endedDaysAgo?: number,
  ): FakeExecution;
  /** Publishes a version of a function. */
  publish(version: string, daysAgo: number): void;
  unpublish(version: string): void;
  /** The versions of machines and functions that are there: `Orders:7`, `charge:3`. */
  there(): string[];
  /** Which functions' aliases name a version: `charge` → `3`. */
  readonly functionAliases: Map<string, string>;
}

interface Version {
  readonly arn: string;
  readonly creationDate: number;
  readonly definition: string;
  readonly description?: string;
}

/** A command to Lambda. */
interface Sent {
  readonly input: { readonly FunctionName: string; readonly Qualifier?: string };
  readonly constructor: { readonly name: string };
}

/** Now in epoch seconds. */
const now = () => Date.now() / 1000;

const lastPart = (arn: string) => arn.split(':').slice(6).join(':');

export function releases(world: CliWorld = cliWorld()): Releases {
  const versions = new Map<string, Version>();
  const aliases = new Map<string, { name: string; routingConfiguration: object[] }>();
  const present = new Map<string, string>();
  const functions = new Map<string, number>();
  const functionAliases = new Map<string, string>();
  world.resources = {
    [workflows.order.stack]: [
      { id: 'OrdersStateMachine0000000A', type: 'AWS::StepFunctions::StateMachine', physicalId: ORDER },
      {
        id: 'PaymentReviewWorkflowStateMachine0000000B',
        type: 'AWS::StepFunctions::StateMachine',
        physicalId: REVIEW,
      },
      { id: 'ChargeCard0000000C', type: 'AWS::Lambda::Function', physicalId: 'charge' },
    ],
  };
  Object.assign(world.stepFunctions.answers, {
    ListStateMachineVersions: ({ stateMachineArn = '' }) => ({
      stateMachineVersions: [...versions.values()]
        .filter(({ arn }) => arn.startsWith(`${stateMachineArn}:`))
        .map(({ arn, creationDate }) => ({ stateMachineVersionArn: arn, creationDate }))
        .reverse(),
    }),
    ListStateMachineAliases: ({ stateMachineArn = '' }) => ({
      stateMachineAliases: [...aliases.keys()]
        .filter((arn) => arn.startsWith(`${stateMachineArn}:`))
        .map((stateMachineAliasArn) => ({ stateMachineAliasArn, creationDate: 1 })),
    }),
    DescribeStateMachineAlias: ({ stateMachineAliasArn = '' }) => aliases.get(stateMachineAliasArn) ?? {},
    DescribeStateMachine: ({ stateMachineArn = '' }) => {
      const {
        definition = present.get(stateMachineArn),
        description,
        creationDate = 1,
      } = versions.get(stateMachineArn) ?? {};
      const isMachine = stateMachineArn.split(':').length === 7;
      if (definition === undefined && !isMachine)
        throw new Fault('StateMachineDoesNotExist', stateMachineArn);
      return {
        stateMachineArn,
        definition: definition ?? '{}',
        description,
        creationDate,
        name: '',
        roleArn: '',
        type: 'STANDARD',
      };
    },
    UpdateStateMachineAlias: ({
      stateMachineAliasArn,
      routingConfiguration,
    }: UpdateStateMachineAliasInput) => {
      aliases.set(String(stateMachineAliasArn), {
        name: 'live',
        routingConfiguration: routingConfiguration ?? [],
      });
      return { updateDate: 1 };
    },
    DeleteStateMachineVersion: ({ stateMachineVersionArn: arn = '' }) => {
      if (JSON.stringify([...aliases.values()]).includes(`"${arn}"`))
        throw new Fault('ConflictException', 'an alias names it');
      versions.delete(arn);
      return {};
    },
  });
  const lambda = new LambdaClient({ region: 'us-east-1' });
  const answers: Record<string, (name: string, qualifier?: string) => unknown> = {
    ListVersionsByFunction: (name) => ({
      Versions: [
        {
          Version: '$LATEST',
          FunctionArn: `${functionArn(name)}:$LATEST`,
          LastModified: new Date().toISOString(),
        },
        ...[...functions]
          .filter(([version]) => version.startsWith(`${name}:`))
          .map(([version, at]) => ({
            Version: version.split(':')[1],
            FunctionArn: functionArn(version),
            LastModified: new Date(at * 1000).toISOString().replace('Z', '+0000'),
          })),
      ],
    }),
    ListAliases: (name) => ({
      Aliases: [{ Name: 'live', FunctionVersion: functionAliases.get(name) ?? '$LATEST' }],
    }),
    GetFunctionConfiguration: (arn) => {
      if (!functions.has(lastPart(arn)) && !arn.endsWith(':live'))
        throw Object.assign(new Error(arn), { name: 'ResourceNotFoundException' });
      return {};
    },
    DeleteFunction: (name, version) => functions.delete(`${name}:${version}`),
  };
  Object.assign(lambda, {
    send: async (sent: Sent) =>
      answers[sent.constructor.name.replace(/Command$/, '')]?.(sent.input.FunctionName, sent.input.Qualifier),
  });
  world.clients.functions = async () => lambda;

  return {
    world,
    functionAliases,
    release: (machine, daysAgo, calls = [], description) => {
      const numbers = [...versions.keys()]
        .filter((arn) => arn.startsWith(`${machine}:`))
        .map((arn) => Number(arn.split(':')[7]));
      const arn = `${machine}:${Math.max(0, ...numbers) + 1}`;
      const definition = JSON.stringify({ calls });
      versions.set(arn, {
        arn,
        creationDate: now() - daysAgo * DAY,
        definition,
        ...(description && { description }),
      });
      present.set(machine, definition);
      return arn;
    },
    change: (machine, calls) => void present.set(machine, JSON.stringify({ calls })),
    route: (machine, weights, alias = 'live') => {
      aliases.set(`${machine}:${alias}`, {
        name: alias,
        routingConfiguration: Object.entries(weights).map(([number, weight]) => ({
          stateMachineVersionArn: `${machine}:${number}`,
          weight,
        })),
      });
    },
    execution: (version, name, daysAgo, status = 'RUNNING', endedDaysAgo = daysAgo) =>
      addExecution(world, [], {
        name,
        status,
        stateMachineArn: version.split(':').slice(0, 7).join(':'),
        ...(version.split(':').length > 7 && { stateMachineVersionArn: version }),
        startDate: now() - daysAgo * DAY,
        ...(status !== 'RUNNING' && { stopDate: now() - endedDaysAgo * DAY }),
      }),
    publish: (version, daysAgo) => void functions.set(version, now() - daysAgo * DAY),
    unpublish: (version) => void functions.delete(version),
    there: () => [...[...versions.keys()].map(lastPart), ...functions.keys()],
  };
}
