/**
 * What a role may do is what its state machine or function does: neither a permission that is missing nor one that
 * nothing uses waits for a deployment.
 */
import type { JsonObject } from '../../lib/workflow/json';
import { inlinedDefinition } from '../../tools/world/definitions';
import { needsOfMachine, type StateNeed } from '../support/definition-calls';
import { compared, type Permission, permissionsOf } from '../support/permissions';
import { accountOf } from '../support/resolved';
import { machinesIn, synthesize } from '../support/template';

const templates = synthesize('prod');
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

    /** The bindings of what a permission is for; all of them where it cannot be told. */
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
