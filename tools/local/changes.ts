// What a deployment changes, in the words of whoever made the change: constructs, not logical ids.

import { isObject, type Json, type JsonObject } from '../../lib/workflow/json';

/** Templates of CloudFormation, by the stack's id in the app (`OrderProcessing`). */
export type Templates = Readonly<Record<string, JsonObject>>;

export interface StackChange {
  stack: string;
  /** For instance `changed ChargeCard (AWS::Lambda::Function)`; empty when something else than resources changed. */
  resources: string[];
}

/** Stacks whose templates differ, in the order of `after`. A stack that the app no longer has stays as it is. */
export const changesBetween = (before: Templates, after: Templates): StackChange[] =>
  Object.entries(after)
    .filter(([stack, template]) => JSON.stringify(before[stack]) !== JSON.stringify(template))
    .map(([stack, template]) => ({ stack, resources: changedResources(before[stack], template) }));

function changedResources(before: JsonObject | undefined, after: JsonObject): string[] {
  const [old, now] = [byName(before), byName(after)];
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((name) => {
    if (old.get(name) === now.get(name)) return [];
    const verb = old.has(name) ? (now.has(name) ? 'changed' : 'removed') : 'new';
    return [`${verb} ${name}`];
  });
}

/** Resources as JSON. By path and type, not by logical id: that of a version changes with what it is a version of. */
function byName(template: JsonObject | undefined): Map<string, string> {
  const resources: Json | undefined = template?.Resources;
  const entries = isObject(resources) ? Object.entries(resources) : [];
  return new Map(
    entries.map(([logicalId, resource]) => {
      if (!isObject(resource)) return [logicalId, ''];
      const path = isObject(resource.Metadata) ? resource.Metadata['aws:cdk:path'] : undefined;
      const name = typeof path === 'string' ? constructOf(path) : logicalId;
      return [`${name} (${String(resource.Type)})`, JSON.stringify(resource)];
    }),
  );
}

/** `OrderProcessing/ChargeCard/Resource` is what the stack OrderProcessing calls ChargeCard. */
const constructOf = (path: string): string =>
  path
    .split('/')
    .slice(1)
    .filter((part) => part !== 'Resource')
    .join('/');
