/**
 * What policies allow, as single facts: so statements that are merged, split or moved are no difference, and what is
 * wider is told from what is only written in another way.
 */
import { isObject, type Json, type JsonObject } from '../../lib/workflow/json';
import type { App, Resource } from './app';
import { canonical } from './leaves';

export interface Fact {
  readonly effect: string;
  /** The role, or whom a resource's own policy names. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** As JSON; empty without one. */
  readonly condition: string;
}

export interface PermissionChanges {
  /** What was not allowed, or was denied. */
  readonly wider: readonly Fact[];
  /** What was allowed, or was not denied. */
  readonly narrower: readonly Fact[];
  /** What stays allowed of that, as it is written now. */
  readonly remains: readonly Fact[];
}

export function permissionChanges(before: App, after: App): PermissionChanges {
  const [old, now] = [factsOf(before), factsOf(after)];
  const [added, removed] = [beyond(now, old), beyond(old, now)];
  const isDenied = ({ effect }: Fact) => effect === 'Deny';
  const known = new Set(old.map(textOf));
  return {
    remains: now.filter((fact) => !known.has(textOf(fact)) && removed.some((wide) => covers(wide, fact))),
    wider: [...added.filter((fact) => !isDenied(fact)), ...removed.filter(isDenied)],
    narrower: [...removed.filter((fact) => !isDenied(fact)), ...added.filter(isDenied)],
  };
}

/** Those that the others do not cover. */
function beyond(facts: readonly Fact[], others: readonly Fact[]): Fact[] {
  const known = new Set(others.map(textOf));
  return facts.filter((fact) => !known.has(textOf(fact)) && !others.some((each) => covers(each, fact)));
}

const textOf = ({ effect, principal, action, resource, condition }: Fact): string =>
  [effect, principal, action, resource, condition].join('\n');

const covers = (wide: Fact, { effect, principal, action, resource, condition }: Fact): boolean =>
  wide.principal === principal &&
  wide.effect === effect &&
  matches(wide.action.toLowerCase(), action.toLowerCase()) &&
  matches(wide.resource, resource) &&
  (wide.condition === '' || wide.condition === condition);

/** `<Orders/Payments.Arn>` is about `Orders/Payments`, not about `Orders/Pay`. */
export function isAbout(resource: string, { name }: Resource): boolean {
  const start = resource.indexOf(`<${name}`);
  return start >= 0 && /^[.>/]/.test(resource.slice(start + name.length + 1));
}

/** Facts that differ in the action or in the resource alone, as one. */
export interface Facts extends Omit<Fact, 'action' | 'resource'> {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

export function grouped(facts: readonly Fact[]): Facts[] {
  const single = facts.map(({ action, resource, ...rest }): Facts => {
    return { ...rest, actions: [action], resources: [resource] };
  });
  const byResource = merged(single, ({ actions: _, ...rest }) => canonical({ ...rest }));
  return merged(byResource, ({ resources: _, ...rest }) => canonical({ ...rest }));
}

function merged(all: readonly Facts[], keyOf: (facts: Facts) => string): Facts[] {
  const groups = new Map<string, Facts>();
  for (const facts of all) {
    const { actions = [], resources = [] } = groups.get(keyOf(facts)) ?? {};
    groups.set(keyOf(facts), {
      ...facts,
      actions: [...new Set([...actions, ...facts.actions])].sort(),
      resources: [...new Set([...resources, ...facts.resources])].sort(),
    });
  }
  return [...groups.values()];
}

/** `dynamodb:GetItem, dynamodb:PutItem on <Orders/Payments.Arn>` */
export const factsText = ({ actions, resources, condition }: Facts): string =>
  `${actions.join(', ')} on ${resources.join(', ')}${condition === '' ? '' : ` if ${condition}`}`;

/** As IAM matches: `*` any characters, `?` one. */
const matches = (pattern: string, text: string): boolean =>
  pattern === text ||
  (/[*?]/.test(pattern) &&
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
      's',
    ).test(text));

/** Each once. */
function factsOf({ resources }: App): Fact[] {
  const facts = [...resources.values()].flatMap(factsIn);
  return [...new Map(facts.map((fact) => [textOf(fact), fact])).values()];
}

function factsIn({ type, name, properties }: Resource): Fact[] {
  const own = `<${name}>`;
  switch (type) {
    case 'AWS::IAM::Policy': {
      const holders = [properties.Roles, properties.Users, properties.Groups].flatMap(listOf).map(plainName);
      return holders.flatMap((holder) => statementFacts(properties.PolicyDocument, own, holder));
    }
    case 'AWS::IAM::ManagedPolicy':
      return statementFacts(properties.PolicyDocument, own, name);
    case 'AWS::IAM::Role':
      return [
        ...statementFacts(properties.AssumeRolePolicyDocument, own),
        ...listOf(properties.Policies).flatMap((policy) =>
          isObject(policy) ? statementFacts(policy.PolicyDocument, own, name) : [],
        ),
        ...listOf(properties.ManagedPolicyArns).map(
          (policy): Fact => ({
            effect: 'Allow',
            principal: name,
            action: 'all that the policy allows',
            resource: plainText(policy),
            condition: '',
          }),
        ),
      ];
    case 'AWS::Lambda::Permission': {
      const { Action, Principal, FunctionName, Effect: _, ...conditions } = properties;
      return [
        {
          effect: 'Allow',
          principal: plainText(Principal),
          action: String(Action),
          resource: plainText(FunctionName),
          condition: canonical(conditions),
        },
      ];
    }
    default:
      // Policies of a bucket, a topic, a queue, a key, a secret, a bus.
      return [properties.PolicyDocument, properties.KeyPolicy, properties.ResourcePolicy].flatMap(
        (document) => statementFacts(document, own),
      );
  }
}

/** @param own what `*` means in a resource's own policy @param holder who has the policy, unless statements say */
function statementFacts(document: Json | undefined, own: string, holder?: string): Fact[] {
  if (!isObject(document)) return [];
  return listOf(document.Statement)
    .filter(isObject)
    .flatMap((statement) => {
      const principals = holder === undefined ? principalsOf(statement) : [holder];
      const resources = sayOrNot(statement, 'Resource').map((resource) =>
        holder === undefined && (resource === '*' || resource === '') ? own : resource,
      );
      return principals.flatMap((principal) =>
        sayOrNot(statement, 'Action').flatMap((action) =>
          resources.flatMap((resource) =>
            conditionsOf(statement.Condition).map((condition): Fact => {
              return { effect: String(statement.Effect), principal, action, resource, condition };
            }),
          ),
        ),
      );
    });
}

/** `NotAction` and its like are as they stand: `all but s3:*`. */
function sayOrNot(statement: JsonObject, field: string): string[] {
  const not = statement[`Not${field}`];
  if (not !== undefined) return [`all but ${listOf(not).map(plainText).sort().join(', ')}`];
  const said = listOf(statement[field]).map(plainText);
  return said.length > 0 ? said : [''];
}

function principalsOf(statement: JsonObject): string[] {
  const { Principal } = statement;
  if (!isObject(Principal)) return sayOrNot(statement, 'Principal');
  return Object.values(Principal)
    .flatMap(listOf)
    .map((principal) => plainName(principal));
}

/** Operators under which any of several values will do: a list of values is as many conditions. */
const ANY_OF = /^(ForAnyValue:)?(String(Equals|Like)|Arn(Equals|Like)|IpAddress)(IgnoreCase)?(IfExists)?$/;

/** One text for each combination of values of which one suffices. */
function conditionsOf(condition: Json | undefined): string[] {
  if (!isObject(condition)) return [''];
  let combined: JsonObject[] = [{}];
  for (const [operator, keys] of Object.entries(condition)) {
    for (const [key, values] of Object.entries(isObject(keys) ? keys : {})) {
      const choices = ANY_OF.test(operator) ? listOf(values) : [values ?? null];
      combined = combined.flatMap((each) =>
        choices.map((value) => ({ ...each, [operator]: { ...Object(each[operator]), [key]: value } })),
      );
    }
  }
  return combined.map(canonical);
}

/** A value that is no text is written as JSON. */
const plainText = (json: Json | undefined): string => (typeof json === 'string' ? json : canonical(json));

const listOf = (json: Json | undefined): readonly Json[] =>
  Array.isArray(json) ? json : json === undefined ? [] : [json];

const plainName = (json: Json): string => plainText(json).replace(/^<(.*)>$/, '$1');
