/**
 * Reads a definition from statemachines/, and lets none pass that AWS would refuse, or accept and then fail.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Construct } from 'constructs';
import type { StageName } from '../stages';
import type { Bindings } from './bindings';
import { calledVersionProblems } from './called-versions';
import { withErrorSets } from './error-sets';
import { failProblems } from './fail-states';
import { houseProblems } from './house-rules';
import { isObject, type JsonObject } from './json';
import { languageProblems } from './language';
import { localProblems } from './local-cloud';
import { WorkflowStack } from './workflow-stack';

const houseRule = 'a rule of this project: docs/architecture.md, Definitions';

const placeholder = /\$\{(\w+)\}/g;

/**
 * The text of statemachines/<name>.asl.json with its error sets written out, the other `${…}` still in place.
 * @throws when its placeholders are not the bindings, or anything is wrong with it; the message says what to do
 */
export const loadDefinition = (
  workflow: Construct,
  name: string,
  bindings: Bindings,
  { isRedriven }: { readonly isRedriven: boolean },
): string => {
  const file = `statemachines/${name}.asl.json`;
  const text = withErrorSets(readFileSync(join(__dirname, '../..', file), 'utf8'));
  const { stage } = WorkflowStack.of(workflow);
  const problems = definitionProblems({
    file,
    text,
    bindings,
    workflow: workflow.node.path,
    stage: stage.name,
  });
  // What a definition's ends and calls mean is ours alone to ask, once it is a definition.
  if (problems.length === 0) {
    const definition: JsonObject = JSON.parse(text);
    const more = [
      ...failProblems(definition),
      ...calledVersionProblems(definition, bindings, { isRedriven }),
    ];
    problems.push(...more.map((problem) => `${file}: ${problem} (${houseRule})`));
  }
  if (problems.length > 0) throw new Error(problems.join('\n\n'));
  return text;
};

interface Source {
  readonly file: string;
  readonly text: string;
  readonly bindings: Bindings;
  /** Path of the Workflow among the constructs, for messages. */
  readonly workflow: string;
  readonly stage: StageName;
}

/** All that is wrong with a definition, each problem with file, place and fix. */
export const definitionProblems = (source: Source): string[] => [
  ...mismatches(source),
  ...textProblems(source).map((problem) => `${source.file}: ${problem}`),
];

const textProblems = ({ text, bindings, stage }: Source): string[] => {
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
    return [`not in JSONata. Set "QueryLanguage": "JSONata" at the top. (${houseRule})`];
  }
  return [
    ...languageProblems(definition),
    ...houseProblems(definition, bindings).map((problem) => `${problem} (${houseRule})`),
    ...(stage === 'local' ? localProblems(definition) : []),
  ];
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
};

/** What the names in a definition and those of its bindings do not have in common, each with its fix. */
const mismatches = ({ file, text, bindings, workflow }: Source): string[] => {
  const used = new Set(Array.from(text.matchAll(placeholder), ([, name = '']) => name));
  const unbound = [...used].filter((name) => !Object.hasOwn(bindings, name));
  const unused = Object.keys(bindings).filter((name) => !used.has(name));
  return [
    ...unbound.map(
      (name) =>
        `${file} uses \${${name}}, but the Workflow ${workflow} has no binding of that name.\n` +
        'Add it to its `bindings`, or remove it from the definition.',
    ),
    ...unused.map(
      (name) =>
        `The Workflow ${workflow} has the binding ${name}, but ${file} does not use \${${name}}.\n` +
        'Remove it from its `bindings`, or use it in the definition.',
    ),
  ];
};
