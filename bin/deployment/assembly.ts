// Reads an assembly: the folder of templates and functions that `cdk synth` makes, and `--app <folder>` deploys.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackName } from '../../contracts/stacks';
import type { Stage } from '../../lib/stages';

/** What is in a template, as far as a deployment looks at it. */
interface Template {
  readonly Resources: Readonly<Record<string, { Type: string; Properties?: Record<string, unknown> }>>;
}

export interface AssembledStack {
  /** How cdk calls it. */
  readonly id: string;
  /** As deployed. */
  readonly name: string;
  readonly template: Template;
}

interface Artifact {
  readonly type: string;
  readonly dependencies?: readonly string[];
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string };
}

/**
 * @returns its stacks, each after those that it needs
 * @throws when there is no assembly in the folder, or it is another stage's
 */
export function readAssembly(folder: string, { name: stage }: Stage): AssembledStack[] {
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  let artifacts: Record<string, Artifact>;
  try {
    ({ artifacts } = read('manifest.json'));
  } catch {
    throw new Error(`There is no assembly in ${folder}. Make it: npm run assembly`);
  }
  const sorted: AssembledStack[] = [];
  const visit = (id: string): void => {
    const {
      type,
      dependencies = [],
      properties: { templateFile = '', stackName: name = id } = {},
    } = artifacts[id] ?? { type: '' };
    if (type !== 'aws:cloudformation:stack' || sorted.some((stack) => stack.id === id)) return;
    dependencies.forEach(visit);
    sorted.push({ id, name, template: read(templateFile) });
  };
  Object.keys(artifacts).forEach(visit);
  const stranger = sorted.find(({ name }) => !name.startsWith(stackName(stage, '')));
  if (stranger) {
    throw new Error(
      `${folder} is not an assembly of ${stage}: it has the stack ${stranger.name}. Name its stage: -c stage=…`,
    );
  }
  return sorted;
}
