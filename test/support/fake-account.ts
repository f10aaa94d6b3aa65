/** An AWS account as `npm run deploy` and `npm run destroy` see it: what each call comes to, by its name. */
import { type Aws, awsClients } from '../../bin/deployment/aws';

type Input = Record<string, unknown>;
/** A result, an error, or what makes one of a call's input. */
export type Answer = unknown | ((input: Input) => unknown);

export const failure = (name: string, message = 'as AWS says it') =>
  Object.assign(new Error(message), { name });

/** A stack of ours. */
export const deployed = (name: string, more: object = {}) => ({
  StackName: name,
  StackStatus: 'UPDATE_COMPLETE',
  Tags: [
    { Key: 'app', Value: 'workflows' },
    { Key: 'stage', Value: name.split('-')[1] },
  ],
  Outputs: [
    { OutputKey: 'AlarmTopicArn', OutputValue: 'arn:alarms' },
    { OutputKey: 'TicketTopicArn', OutputValue: 'arn:tickets' },
    { OutputKey: 'ReviewersTopicArn', OutputValue: 'arn:reviewers' },
  ],
  ...more,
});

export interface FakeAccount extends Aws {
  /** The calls so far that change something: `DeleteTable dev-tenant-1`. */
  readonly changes: string[];
}

/** An account with all stacks, but for what is given. A call that is not given fails. */
export function fakeAccount(answers: Record<string, Answer>, region = 'eu-west-1'): FakeAccount {
  const all: Record<string, Answer> = {
    GetCallerIdentity: { Account: '111122223333' },
    DescribeStacks: ({ StackName }: Input) => ({ Stacks: [deployed(String(StackName))] }),
    ...answers,
  };
  const changes: string[] = [];
  const send = async (command: { input: Input }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    if (!(name in all)) throw new Error(`${name} was not to be called`);
    if (/^(Delete|Update)/.test(name))
      changes.push(`${name} ${command.input.TableName ?? command.input.Bucket ?? ''}`);
    const answer = all[name];
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer(command.input) : answer;
  };
  // Real clients, because the SDK's paginators take no others; none of them ever connects.
  const aws = awsClients(undefined, region);
  for (const client of Object.values(aws)) Object.assign(client, { send });
  return { ...aws, changes };
}
