/**
 * Rules for releases: what is started and called is a version or an alias, and an alias moves as its stage says. (Part of
 * stacks.test.ts.)
 */

import { machineArn } from '../../../contracts/names';
import { pinnedBindingsIn } from '../../../tools/compat/calls';
import { definitionNames, inlinedDefinition } from '../../../tools/world/definitions';
import { alarmStates, type Recorded } from '../../support/alarms';
import { accountOf } from '../../support/resolved';
import {
  machinesIn,
  type Resource,
  resourcesOf,
  statementsOf,
  type Templates,
  templateOf,
} from '../../support/template';

type StageTemplates = Readonly<Record<'local' | 'dev' | 'staging' | 'prod', Templates>>;

const VERSION = 'AWS::StepFunctions::StateMachineVersion';
const ALIAS = 'AWS::StepFunctions::StateMachineAlias';

/** The logical id in a reference to a resource, and the attribute. */
const referenceIn = (value: unknown): [id: string, attribute: string] => {
  const { Ref, 'Fn::GetAtt': [id, attribute] = [Ref, 'Ref'] } = Object(value);
  return [String(id), String(attribute)];
};

export function releaseRules(templates: StageTemplates): void {
  const machines = Object.entries(templates).flatMap(([stage, each]) =>
    machinesIn(each).map((machine) => ({ stage, template: templateOf(each, machine.stack), ...machine })),
  );

  test('compat mixes the versions that the templates call', () => {
    const called = machinesIn(templates.prod).flatMap(({ stack, resource }) =>
      Object.entries(Object(resource.Properties.DefinitionSubstitutions)).flatMap(([name, value]) => {
        const type = templateOf(templates.prod, stack).Resources[referenceIn(value)[0]]?.Type;
        return type === 'AWS::Lambda::Version' ? [name] : [];
      }),
    );
    const definitions = Object.fromEntries(definitionNames.map((name) => [name, inlinedDefinition(name)]));
    expect(called.length).toBeGreaterThan(0);
    expect(pinnedBindingsIn(definitions).sort()).toEqual(called.sort());
  });

  describe.each(machines)('$definition in $stage', ({ stage, template, logicalId, definition }) => {
    const entries = Object.entries(template.Resources);
    const versions = entries.filter(
      ([, { Type, Properties }]) =>
        Type === VERSION && referenceIn(Properties.StateMachineArn)[0] === logicalId,
    );
    const aliases = entries.flatMap(([, { Type, Properties }]) =>
      Type === ALIAS && versions.some(([id]) => id === preferenceOf(Properties).version) ? [Properties] : [],
    );

    test('has one version, of its latest revision, which outlives the next one', () => {
      expect(versions.map(([, version]) => version)).toEqual([
        expect.objectContaining({
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Retain',
          Properties: {
            StateMachineArn: { Ref: logicalId },
            StateMachineRevisionId: { 'Fn::GetAtt': [logicalId, 'StateMachineRevisionId'] },
          },
        }),
      ]);
    });

    test('starts nothing before its role has all of its permissions', () => {
      const { RoleArn } = Object(template.Resources[logicalId]?.Properties);
      const [role] = referenceIn(RoleArn);
      const policies = entries.filter(
        ([, { Type, Properties }]) =>
          Type === 'AWS::IAM::Policy' &&
          [Properties.Roles].flat().some((each) => referenceIn(each)[0] === role),
      );
      const awaited = [template.Resources[logicalId], versions[0]?.[1]].flatMap(dependenciesOf);
      expect(awaited).toEqual(expect.arrayContaining(policies.map(([id]) => id)));
    });

    test('has the alias live, which moves as the stage says', () => {
      const canary = { type: 'CANARY', share: [10, 10], alarms: [expect.stringMatching(/VersionFails/)] };
      const atOnce = { type: 'ALL_AT_ONCE', share: [], alarms: [] };
      expect(aliases.map((alias) => ({ Name: alias.Name, ...preferenceOf(alias) }))).toEqual([
        { Name: 'live', version: versions[0]?.[0], ...(stage === 'prod' ? canary : atOnce) },
      ]);
    });

    test('names functions and other machines by a version or an alias only', () => {
      const { DefinitionSubstitutions = {} } = Object(template.Resources[logicalId]?.Properties);
      const plain = Object.entries(DefinitionSubstitutions).flatMap(([binding, value]) => {
        const [id, attribute] = referenceIn(value);
        const type = template.Resources[id]?.Type;
        const isPlain =
          (type === 'AWS::Lambda::Function' && attribute === 'Arn') ||
          (type === 'AWS::StepFunctions::StateMachine' && attribute !== 'Name');
        return isPlain ? [`${definition}: ${binding} is the ${type} ${id} itself`] : [];
      });
      expect(plain).toEqual([]);
    });
  });

  test.each(Object.entries(templates))(
    'in %s, nobody may start a machine without a version or an alias, but a Distributed Map its own',
    (_, stage) => {
      const mapping = machinesIn(stage).filter(({ resource }) =>
        String(resource.Properties.DefinitionString).includes('"DISTRIBUTED"'),
      );
      const own = mapping.map(({ logicalId, resource }) => [
        referenceIn(resource.Properties.RoleArn)[0],
        logicalId,
      ]);
      const open = Object.values(stage).flatMap((template) =>
        resourcesOf(template, 'AWS::IAM::Policy').flatMap(({ Properties }) =>
          statementsOf({ Properties })
            .filter(({ Action }) => [Action].flat().includes('states:StartExecution'))
            .filter(
              ({ Condition }) => !JSON.stringify(Condition ?? '').includes('states:StateMachineQualifier'),
            )
            .map(({ Resource }) => [referenceIn([Properties.Roles].flat()[0])[0], referenceIn(Resource)[0]]),
        ),
      );
      expect(own.length).toBeGreaterThan(0);
      expect(open).toEqual(own);
    },
  );

  test.each(Object.entries(templates))('in %s, versions of functions outlive the next ones', (_, stage) => {
    const versions = Object.values(stage).flatMap((template) =>
      resourcesOf(template, 'AWS::Lambda::Version'),
    );
    expect(versions.length).toBeGreaterThan(0);
    for (const version of versions) {
      expect(version).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  test.each(Object.entries(templates))('in %s, the schedule starts the alias live', (name, stage) => {
    const started = Object.values(stage)
      .flatMap((template) => resourcesOf(template, 'AWS::Scheduler::Schedule'))
      .map(({ Properties: { Target } }) => JSON.stringify(Object(Target).Input));
    expect(started).toHaveLength(name === 'local' ? 0 : 1);
    for (const input of started) expect(input).toMatch(/"Ref":"ReconciliationStateMachine\w+"\},":live/);
  });
}

/** By version and metric: how many executions ended badly in each minute. */
type BadEnds = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

/** The version that is being released, and the one before, on which executions run too. */
const [NEW, OLD] = ['1', '0'];

const KINDS = ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'];

/** Step Functions counts an execution for its machine, and again for its version and for its alias. */
const countedFor =
  (machine: string, badEnds: BadEnds): Recorded =>
  ({ MetricName, Dimensions = [] }) => {
    const { StateMachineArn, Version = '' } = Object.fromEntries(
      Dimensions.map(({ Name, Value }) => [Name, Value]),
    );
    if (StateMachineArn !== machine) return undefined;
    const counted = Object.entries(badEnds).filter(([version]) => ['', version].includes(String(Version)));
    return Array.from({ length: 10 }, (_, minute) =>
      counted.flatMap(([, metrics]) => metrics[MetricName]?.[minute] ?? []),
    );
  };

/** @param templates of a stage with canaries */
export function canaryRules(templates: Templates): void {
  const account = accountOf(templates);
  const aliases = account.resources.filter(({ type }) => type === ALIAS);

  describe.each(aliases.map((alias) => [alias.arn, alias] as const))(
    'a release of %s',
    (arn, { properties }) => {
      const { Alarms = [] } = Object(properties.DeploymentPreference);
      const isTakenBack = (badEnds: BadEnds) =>
        account.resources
          .filter(({ ref }) => Alarms.includes(ref))
          .flatMap((alarm) => alarmStates(alarm.properties, countedFor(machineArn(arn), badEnds), 10))
          .includes('ALARM');

      test.each(KINDS)('is taken back at the first of its %s', (kind) => {
        expect(isTakenBack({ [NEW]: { [kind]: [0, 0, 1] } })).toBe(true);
      });

      test('is not taken back when nothing ends badly, or all of the version before does', () => {
        expect(isTakenBack({})).toBe(false);
        const all = Object.fromEntries(KINDS.map((kind) => [kind, [9, 9, 9]]));
        expect(isTakenBack({ [OLD]: all, [NEW]: { ExecutionsFailed: [0, 0, 0] } })).toBe(false);
      });
    },
  );
}

const preferenceOf = ({ DeploymentPreference }: Resource['Properties']) => {
  const { StateMachineVersionArn, Type, Percentage, Interval, Alarms = [] } = Object(DeploymentPreference);
  return {
    version: referenceIn(StateMachineVersionArn)[0],
    type: Type,
    share: [Percentage, Interval].filter((each) => each !== undefined),
    alarms: Alarms.map((alarm: unknown) => referenceIn(alarm)[0]),
  };
};

const dependenciesOf = (resource: object | undefined): unknown[] => {
  const { DependsOn = [] } = Object(resource);
  return [DependsOn].flat();
};
