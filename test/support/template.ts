/**
 * The stacks' templates for tests: synthesized as by `cdk synth`, but without bundling. For snapshots, without values
 * that change from synth to synth.
 */
import { type App, Stack } from 'aws-cdk-lib';
import { createApp } from '../../bin/app';
import cdkJson from '../../cdk.json';
import { type StageName, stages } from '../../lib/stages';
import { definitionNames, inlinedDefinition } from '../../tools/world/definitions';
import { inShort } from './dashboards';

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
  readonly UpdateReplacePolicy?: string;
}

export interface CloudFormationTemplate {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string }>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

/** The app, not yet synthesized; of any account, so that templates of stages can be compared. */
export const appOf = (stage: StageName): App => {
  const { aws: _, ...anywhere } = stages[stage];
  const replaced = jest.replaceProperty(stages, stage, anywhere);
  try {
    return appIn(stage);
  } finally {
    replaced.restore();
  }
};

/** The app, not yet synthesized, of the account that lib/stages.ts names. */
export const appIn = (stage: StageName): App =>
  createApp({ ...cdkJson.context, stage, 'aws:cdk:bundling-stacks': [] });

/** The templates of all stacks in a stage's app, by the stack's construct id. */
export type Templates = Readonly<Record<string, CloudFormationTemplate>>;

/** @throws when synth finds something wrong, cdk-nag included */
export const templatesOf = (app: App): Templates => {
  // The CDK's own rules take three quarters of a synth: `npm start`, CI and whoever deploys apply them.
  process.env.CDK_VALIDATION = 'false';
  const assembly = app.synth();
  return Object.fromEntries(
    app.node.children
      .filter(Stack.isStack)
      .map((stack) => [stack.node.id, assembly.getStackByName(stack.stackName).template]),
  );
};

/** All stacks of a stage. @throws when synth finds something wrong, cdk-nag included */
export const synthesize = (stage: StageName): Templates => templatesOf(appOf(stage));

/** The template of one stack. @throws when the app has no stack of this name */
export const templateOf = (templates: Templates, stack: string): CloudFormationTemplate => {
  const template = templates[stack];
  if (!template) throw new Error(`bin/app.ts has no stack ${stack}: it has ${Object.keys(templates)}`);
  return template;
};

/** A state machine in a template. */
export interface Machine {
  readonly stack: string;
  readonly logicalId: string;
  /** The name of its file in statemachines/; its text if there is no such file. */
  readonly definition: string;
  readonly resource: Resource;
}

/** Every state machine of a stage. */
export const machinesIn = (templates: Templates): Machine[] =>
  Object.entries(templates).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources)
      .filter(([, { Type }]) => Type === 'AWS::StepFunctions::StateMachine')
      .map(([logicalId, resource]) => {
        const text = String(resource.Properties.DefinitionString);
        const definition = definitionNames.find((name) => inlinedDefinition(name) === text) ?? text;
        return { stack, logicalId, definition, resource };
      }),
  );

/** The resources of a type. */
export const resourcesOf = (template: CloudFormationTemplate, type: string): Resource[] =>
  Object.values(template.Resources).filter(({ Type }) => Type === type);

/** The statements of a role's, topic's, queue's or key's policy. */
export const statementsOf = ({ Properties }: Pick<Resource, 'Properties'>): Statement[] => {
  const document = (Properties.PolicyDocument ?? Properties.KeyPolicy) as { Statement: Statement[] };
  return document.Statement;
};

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/**
 * A short form of a template: without the CDK's metadata, references as in Fn::Sub (`${Key.Arn}`), permissions as
 * sentences, asset hashes masked, the file's name instead of each definition, and a line for each widget of a dashboard.
 */
export const comparable = ({ Resources, Outputs }: CloudFormationTemplate): unknown =>
  compact({ Resources, Outputs });

/** Maps the text of each file to its name, e.g. `<statemachines/order-processing.asl.json>`. */
const definitionFile = new Map(
  definitionNames.map((name) => [inlinedDefinition(name), `<statemachines/${name}.asl.json>`]),
);

const compact = (json: unknown): unknown => {
  if (typeof json === 'string') return definitionFile.get(json) ?? withoutHashes(json);
  if (Array.isArray(json)) return json.map(compact);
  if (!isContainer(json)) return json;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Select': select, 'Fn::Split': split } = json;
  if (typeof Ref === 'string') return withoutHashes(`\${${Ref}}`);
  if (Array.isArray(attribute)) return withoutHashes(`\${${attribute.join('.')}}`);
  if (Array.isArray(select)) return `${compact(select[1])}[${select[0]}]`;
  if (Array.isArray(split)) return `${compact(split[1])}.split(${split[0]})`;
  if (Array.isArray(join)) return join[1].map(compact).join(join[0]);
  const { Effect, Action, Resource, ...more } = json;
  if (Effect && Action && Resource && Object.keys(more).length === 0) {
    return `${Effect} ${[Action].flat().join(', ')} on ${[compact(Resource)].flat().map(shown).join(', ')}`;
  }
  const { Metadata, ...rest } = json;
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => {
      const short = compact(value);
      return [withoutHashes(key), key === 'DashboardBody' ? inShort(String(short)) : short];
    }),
  );
};

/** The key of a function's asset, and the logical id of its version, change with its code. */
const withoutHashes = (text: string): string =>
  text.replace(/[0-9a-f]{64}(?=\.zip)|(?<=CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/, '<hash>');

/** The differences of two templates, as `path: before → after`, without those of the stages' names. What only one has is JSON. */
export const differences = (before: unknown, after: unknown, path = ''): string[] => {
  if (anonymous(before) === anonymous(after)) return [];
  if (!isContainer(before) || !isContainer(after)) return [`${path}: ${shown(before)} → ${shown(after)}`];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys]
    .sort()
    .flatMap((key) => differences(before[key], after[key], path ? `${path}.${key}` : key));
};

const shown = (json: unknown): string => (isContainer(json) ? JSON.stringify(json) : String(json));

const anonymous = (json: unknown): string =>
  JSON.stringify(json ?? null).replaceAll(/\b(local|dev|staging|prod)\b/g, '<stage>');

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
