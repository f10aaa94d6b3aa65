/** That the pipeline may deploy what the templates have, and not more. */
import handlerPermissions from '../../../lib/pipeline/handler-permissions.json';
import { resourceRights } from '../../../lib/pipeline/resource-rights';
import type { Templates } from '../../support/template';

/** @param templates of all stages: the local one has what another has once it is set */
export function pipelineRules(templates: Readonly<Record<string, Templates>>): void {
  const resources = Object.values(templates)
    .flatMap((stacks) => Object.values(stacks))
    .flatMap((template) => Object.values(template.Resources));
  const known = resourceRights.flatMap(({ types }) => types);

  test('CloudFormation has rights for each type of resource, and for no other', () => {
    const types = new Set(resources.map(({ Type }) => Type));
    const file = 'lib/pipeline/resource-rights.ts';
    expect(
      [...types].filter((type) => !known.includes(type)).map((type) => `add ${type} to ${file}`),
    ).toEqual([]);
    expect(known.filter((type) => !types.has(type)).map((type) => `take ${type} out of ${file}`)).toEqual([]);
  });

  test('what AWS’s handlers call is known of each type', () => {
    expect(Object.keys(handlerPermissions)).toEqual([...known].sort());
  });

  test('no role has a managed policy, because CloudFormation may attach none', () => {
    const roles = resources.filter(({ Type }) => Type === 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(0);
    expect(roles.filter(({ Properties }) => Properties.ManagedPolicyArns)).toEqual([]);
  });
}
