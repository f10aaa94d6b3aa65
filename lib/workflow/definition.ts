/**
 * Reads a definition from statemachines/, and lets none pass that AWS would refuse, or accept and then fail.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Construct } from 'constructs';
import { StageStack } from '../stage-stack';
import type { Bindings } from './bindings';
import { lint } from './lint';

const placeholder = /\$\{(\w+)\}/g;

/**
 * The text of statemachines/<name>.asl.json, its `${…}` still in place.
 * @throws when its placeholders are not the bindings, or lint finds something; the message says what to do.
 */
export const loadDefinition = (workflow: Construct, name: string, bindings: Bindings): string => {
  const file = `statemachines/${name}.asl.json`;
  const text = readFileSync(join(__dirname, '../..', file), 'utf8');
  const problems = [
    ...mismatches({ file, text, bindings, stackFile: stackFileOf(workflow), workflow: workflow.node.id }),
    ...lint(file, text, bindings),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n\n'));
  return text;
};

/** What the names in a definition and those of its bindings do not have in common, each with its fix. */
export const mismatches = (compared: {
  readonly file: string;
  readonly text: string;
  readonly bindings: Bindings;
  readonly stackFile: string;
  readonly workflow: string;
}): string[] => {
  const { file, text, bindings, stackFile, workflow } = compared;
  const used = new Set(Array.from(text.matchAll(placeholder), ([, name = '']) => name));
  const unbound = [...used].filter((name) => !Object.hasOwn(bindings, name));
  const unused = Object.keys(bindings).filter((name) => !used.has(name));
  return [
    ...unbound.map(
      (name) =>
        `${file} uses \${${name}}, but the Workflow has no binding of that name.\n` +
        `Add it to \`bindings\` in ${stackFile}, or remove it from the definition.`,
    ),
    ...unused.map(
      (name) =>
        `The Workflow ${workflow} has the binding ${name}, but ${file} does not use \${${name}}.\n` +
        `Remove it from \`bindings\` in ${stackFile}, or use it in the definition.`,
    ),
  ];
};

const stackFileOf = (construct: Construct): string => {
  const kebab = StageStack.of(construct)
    .node.id.replace(/(?<=[a-z0-9])[A-Z]/g, '-$&')
    .toLowerCase();
  return `lib/stacks/${kebab}-stack.ts`;
};
