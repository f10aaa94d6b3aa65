/**
 * The stacks' templates as tests want them: synthesized as `cdk synth` does, but without bundling; and for
 * snapshots without what changes when nothing did.
 */
import { Stack } from 'aws-cdk-lib';
import { createApp } from '../../bin/app';
import cdkJson from '../../cdk.json';
import type { StageName } from '../../lib/stages';

export type StackName = 'Operations' | 'OrderProcessing';

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface CloudFormationTemplate {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
}

/** Both stacks of a stage. @throws when synth finds something wrong, cdk-nag included */
export const synthesize = (stage: StageName): Record<StackName, CloudFormationTemplate> => {
  const app = createApp({ ...cdkJson.context, stage, 'aws:cdk:bundling-stacks': [] });
  const assembly = app.synth();
  const template = (name: StackName) => {
    const stack = app.node.findChild(name);
    return assembly.getStackByName((stack as Stack).stackName).template;
  };
  return { Operations: template('Operations'), OrderProcessing: template('OrderProcessing') };
};

/** The resources of a type. */
export const resourcesOf = (template: CloudFormationTemplate, type: string): Resource[] =>
  Object.values(template.Resources).filter(({ Type }) => Type === type);

/** A template without the CDK's own parts, and with asset hashes masked. */
export const comparable = ({ Resources, Outputs }: CloudFormationTemplate): unknown =>
  JSON.parse(
    JSON.stringify({ Resources, Outputs }, (key, value) => (key === 'Metadata' ? undefined : value)).replaceAll(
      /[0-9a-f]{64}(?=\.zip)/g,
      '<hash>',
    ),
  );

/** Where two templates differ: `path: before → after`, the definition's text left out. */
export const differences = (before: unknown, after: unknown, path = ''): string[] => {
  if (path.endsWith('.DefinitionString') || JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isContainer(before) || !isContainer(after)) {
    return [`${path}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].sort().flatMap((key) => differences(before[key], after[key], path ? `${path}.${key}` : key));
};

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
