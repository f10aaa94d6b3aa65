/**
 * Each role has exactly the permissions that its state machine or function needs. A missing or an unused one is found
 * without a deployment.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { JsonObject } from '../../lib/workflow/json';
import { TaskFunction } from '../../lib/workflow/task-function';
import { inlinedDefinition } from '../../tools/world/definitions';
import { needsOfMachine, type StateNeed } from '../support/definition-calls';
import { behaviourOf } from '../support/function-calls';
import { type Call, compared, needsOf, type Permission, permissionsOf } from '../support/permissions';
import { accountOf } from '../support/resolved';
import { text } from '../support/shapes';
import { appOf, machinesIn, templatesOf } from '../support/template';

/** The stage that has everything: without its event bus, a stage has no function for what Stripe reports. */
const app = appOf('local');
const templates = templatesOf(app);
const account = accountOf(templates);

describe.each(machinesIn(templates).map((machine) => [machine.definition, machine] as const))(
  'the role of %s',
  (name, { stack, logicalId, resource }) => {
    const { RoleArn, DefinitionSubstitutions } = Object(account.resolve(resource.Properties, stack));
    const text = inlinedDefinition(name);
    const definition: JsonObject = JSON.parse(
      text.replace(/\$\{(\w+)\}/g, (_, placeholder) => DefinitionSubstitutions[placeholder]),
    );
    const machine = account.resources.find((each) => each.stack === stack && each.logicalId === logicalId);
    const needed = needsOfMachine(definition, machine?.arn ?? '', account);
    const { missing, unused } = compared(needed, permissionsOf(RoleArn, account));

    /** The bindings of the resource that a permission is for; all bindings if that is not known. */
    const bindingsOf = ({ resource: arn }: Permission) => {
      const names = Object.keys(DefinitionSubstitutions).filter((binding) => {
        const value = String(DefinitionSubstitutions[binding]);
        const own = account.find(value)?.arn ?? value;
        return arn.startsWith(own) || arn.includes(`/${value}`) || arn.includes(` ${value}`);
      });
      return names.length > 0
        ? `the binding ${names.join(' or ')} (stack ${stack})`
        : `the bindings of its Workflow (stack ${stack}), or in lib/workflow/bindings.ts`;
    };
    const sentence = (need: StateNeed) =>
      `${need.state} needs ${need.action} on ${need.resource}: grant it in ${bindingsOf(need)}`;

    test('may do what its definition does', () => {
      expect(needed.length).toBeGreaterThan(0);
      expect(missing.map(sentence)).toEqual([]);
    });

    test('may do nothing else', () => {
      const sentences = unused.map(
        (permission) =>
          `No state needs ${permission.action} on ${permission.resource}: take it out of ${bindingsOf(permission)}`,
      );
      expect(sentences).toEqual([]);
    });
  },
);

const functions = app.node.findAll().filter((construct) => construct instanceof TaskFunction);

/** Variables that every function has, for Node and Powertools. */
const ofEvery = ['NODE_OPTIONS', 'POWERTOOLS_SERVICE_NAME'];

/** What Lambda itself calls with the function's role, when a call that nobody waits for has failed. */
const failureReports = (functionName = ''): Call[] =>
  account.resources
    .filter(
      ({ type, properties: { FunctionName } }) =>
        type === 'AWS::Lambda::EventInvokeConfig' && FunctionName === functionName,
    )
    .map(({ properties: { DestinationConfig } }) => ({
      service: 'sqs',
      operation: 'sendMessage',
      input: { texts: [], fields: { QueueUrl: text(Object(DestinationConfig).OnFailure.Destination) } },
    }));

describe.each(functions.map((fn) => [fn.entry, fn] as const))('the function %s', (entry, fn) => {
  const stack = Stack.of(fn);
  const [logicalId] = fn.node.children
    .filter((child) => child instanceof CfnFunction)
    .map((child) => stack.getLogicalId(child));
  const deployed = account.resources.find(
    (each) => each.stack === stack.node.id && each.logicalId === logicalId,
  );
  const { Environment, Role } = Object(deployed?.properties);
  const environment: Record<string, string> = Environment.Variables;
  const { reads, calls } = behaviourOf(entry, environment);
  const needed = [...calls, ...failureReports(deployed?.ref)].flatMap((call) => needsOf(call, account));
  const had = permissionsOf(Role, account).filter(({ action }) => !action.startsWith('logs:'));
  const { missing, unused } = compared(needed, had);

  /** The environment variable of the resource that a permission is for. */
  const variableOf = ({ resource }: Permission) => {
    const names = Object.keys(environment).filter((name) => {
      const value = String(environment[name]);
      const own = account.find(value)?.arn ?? value;
      return resource.startsWith(own) || resource.includes(`:${value}`);
    });
    return `${names.join(' or ') || 'a binding'} in the environment of ${fn.node.path}`;
  };
  const once = (sentences: readonly string[]) => [...new Set(sentences)];

  test('has the environment that it reads, and no other', () => {
    const unset = [...reads].filter((name) => !(name in environment) && !/^(AWS|LAMBDA)_/.test(name));
    const unread = Object.keys(environment).filter((name) => !reads.has(name) && !ofEvery.includes(name));
    expect([
      ...unset.map((name) => `It reads ${name}: add it to the environment of ${fn.node.path}`),
      ...unread.map((name) => `It does not read ${name}: take it out of the environment of ${fn.node.path}`),
    ]).toEqual([]);
  });

  test('may do what its code does', () => {
    expect(
      once(
        missing.map(
          (need) => `It needs ${need.action} on ${need.resource}: grant it with ${variableOf(need)}`,
        ),
      ),
    ).toEqual([]);
  });

  test('may do nothing else', () => {
    expect(
      unused.map(
        ({ action, resource }) =>
          `It never needs ${action} on ${resource}: take it out of ${variableOf({ action, resource })}`,
      ),
    ).toEqual([]);
  });
});

test('every function is a TaskFunction, so these tests check it', () => {
  const all = account.resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  expect(all).toHaveLength(functions.length);
});

test('every handler below lambda/ is the code of a function', () => {
  const handlers = readdirSync(join(__dirname, '../../lambda'), {
    recursive: true,
    encoding: 'utf8',
  }).flatMap((file) => /^(.+)\.lambda\.ts$/.exec(file)?.[1] ?? []);
  const used = functions.map((fn) => fn.entry);
  const unused = handlers
    .filter((entry) => !used.includes(entry))
    .map(
      (entry) =>
        `No TaskFunction has the entry ${entry}: add one to a stack, or delete lambda/${entry}.lambda.ts`,
    );
  expect(unused).toEqual([]);
});
