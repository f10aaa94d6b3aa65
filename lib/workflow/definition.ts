/**
 * Reads a definition from statemachines/, and lets none pass that AWS would refuse, or accept and then fail.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Construct } from 'constructs';
import { StageStack } from '../stage-stack';
import type { Bindings } from './bindings';
import { withErrorSets } from './error-sets';
import { isObject } from './json';
import { lint } from './lint';
import { schemaProblems } from './schema';

const placeholder = /\$\{(\w+)\}/g;

/**
 * The text of statemachines/<name>.asl.json with its error sets written out, the other `${…}` still in place.
 * @throws when its placeholders are not the bindings, or anything is wrong with it; the message says what to do
 */
export const loadDefinition = (workflow: Construct, name: string, bindings: Bindings): string => {
  const file = `statemachines/${name}.asl.json`;
  const text = withErrorSets(readFileSync(join(__dirname, '../..', file), 'utf8'));
  const stackFile = stackFileOf(workflow);
  const problems = definitionProblems({ file, text, bindings, stackFile, workflow: workflow.node.id });
  if (problems.length > 0) throw new Error(problems.join('\n\n'));
  return text;
};

interface Source {
  readonly file: string;
  readonly text: string;
  readonly bindings: Bindings;
  /** Where the bindings are, for messages. */
  readonly stackFile: string;
  /** Construct id of the Workflow, for messages. */
  readonly workflow: string;
}

/** All that is wrong with a definition, each problem with file, place and fix. */
export const definitionProblems = (source: Source): string[] => [
  ...mismatches(source),
  ...textProblems(source).map((problem) => `${source.file}: ${problem}`),
];

const textProblems = ({ text, bindings }: Source): string[] => {
  const [stray] = /\$\{(?!\w+\})[^}]*\}?/.exec(text) ?? [];
  if (stray) {
    return [
      `"${stray}" is no placeholder, but CloudFormation takes it for one. A placeholder is a name of letters ` +
        'and digits in braces after a dollar sign; any other text is built with & in JSONata.',
    ];
  }
  const definition = parsed(text);
  if (definition instanceof Error) return [`not JSON: ${definition.message}`];
  if (!isObject(definition) || definition.QueryLanguage !== 'JSONata') {
    return ['not in JSONata. Set "QueryLanguage": "JSONata" at the top.'];
  }
  return [...schemaProblems(text), ...lint(definition, bindings)];
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
};

/** What the names in a definition and those of its bindings do not have in common, each with its fix. */
const mismatches = ({ file, text, bindings, stackFile, workflow }: Source): string[] => {
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
