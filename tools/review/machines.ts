/** The state machines of an app, with their definitions. */
import { isObject, type Json, type JsonObject } from '../../lib/workflow/json';
import type { Named } from '../../lib/workflow/language/machines';
import type { App, Resource } from './app';

export interface Machine {
  readonly resource: Resource;
  /** `order-processing`: as the log group has it, or the construct's path. */
  readonly name: string;
  /** With its placeholders. */
  readonly text: string;
  readonly definition: JsonObject;
  /** What each placeholder stands for, as text and as the keys of resources. */
  readonly bindings: Readonly<Record<string, Binding>>;
}

export interface Binding {
  readonly value: string;
  /** The resource that it leads to: of a version or an alias, its function or state machine. */
  readonly target: Resource | undefined;
  /** Of a function or a state machine: a version, the alias, or itself. */
  readonly by: 'version' | 'alias' | 'name';
}

const MACHINE = 'AWS::StepFunctions::StateMachine';

/** Only those whose definition is text, as CloudFormation substitutes in it: this project has no others. */
export const machinesOf = (app: App): Machine[] =>
  [...app.resources.values()]
    .filter(({ type }) => type === MACHINE)
    .flatMap((resource): Machine[] => {
      const { DefinitionString: text, DefinitionSubstitutions: values } = resource.properties;
      const definition = typeof text === 'string' ? parsed(text) : undefined;
      if (typeof text !== 'string' || !definition) return [];
      const bindings = Object.entries(isObject(values) ? values : {}).map(([name, value]) => [
        name,
        bindingOf(app, String(value)),
      ]);
      return [
        {
          resource,
          name: workflowOf(app, resource) ?? resource.name,
          text,
          definition,
          bindings: Object.fromEntries(bindings),
        },
      ];
    });

/** Its log group is `/aws/vendedlogs/states/<stage>-<workflow>`. */
function workflowOf({ resources }: App, { references }: Resource): string | undefined {
  const logs = resources.get(references.LoggingConfiguration?.[0] ?? '');
  return /\/states\/[a-z]+-(.+)$/.exec(String(logs?.properties.LogGroupName))?.[1];
}

/** `<OrderProcessing/ChargeCard/CurrentVersion>`, `<…/Release/Version.Arn>`, `<OrderProcessing/Payments>`, or plain text. */
function bindingOf(app: App, value: string): Binding {
  const name = /^<([^>]*?)(\.\w+)?>/.exec(value)?.[1];
  const named = [...app.resources.values()].filter((resource) => resource.name === name);
  const [resource] = named;
  if (!resource) return { value, target: undefined, by: 'name' };
  const targetIn = (property: string): Resource | undefined =>
    app.resources.get(resource.references[property]?.[0] ?? '');
  switch (resource.type) {
    case 'AWS::Lambda::Version':
      return { value, target: targetIn('FunctionName'), by: 'version' };
    case 'AWS::Lambda::Alias':
      return { value, target: targetIn('FunctionName'), by: 'alias' };
    case 'AWS::StepFunctions::StateMachineVersion':
      return { value, target: targetIn('StateMachineArn'), by: 'version' };
    default:
      return {
        value,
        target: resource,
        by: resource.type === MACHINE && value.endsWith('>:live') ? 'alias' : 'name',
      };
  }
}

function parsed(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** The states that use what a placeholder stands for: not the one that only assigns it to a variable, but its readers. */
export function usersOf(placeholder: string, states: readonly Named[]): string[] {
  const isIn = (json: Json | undefined) => JSON.stringify(json ?? null).includes(`\${${placeholder}}`);
  const users = states.flatMap(({ name, state: { Assign, ...rest } }) => {
    const variables = Object.entries(isObject(Assign) ? Assign : {}).flatMap(([variable, value]) =>
      isIn(value) ? [variable] : [],
    );
    const readers = states.filter(({ state }) =>
      variables.some((variable) => new RegExp(`\\$${variable}\\b`).test(JSON.stringify(ownOf(state)))),
    );
    const isUser = isIn(ownOf(rest)) || (variables.length > 0 && readers.length === 0);
    return [...(isUser ? [name] : []), ...readers.map((reader) => reader.name)];
  });
  return [...new Set(users)];
}

/** A state without those inside it. */
const ownOf = ({ Branches: _, ItemProcessor: __, ...own }: JsonObject): JsonObject => own;
