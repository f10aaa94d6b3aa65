// Generates docs/workflows.md, a diagram of every definition. A test checks that the file is up to date.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../../lib/workflow/json';
import { diagramOf } from './diagram';

const repository = join(__dirname, '../..');
const definitions = join(repository, 'statemachines');
const suffix = '.asl.json';

export const workflowsPage = join(repository, 'docs/workflows.md');

/** The page as it should be. */
export const renderWorkflowsPage = (): string =>
  [
    head,
    ...readdirSync(definitions)
      .filter((file) => file.endsWith(suffix))
      .sort()
      .map(section),
  ].join('\n');

const head = `# The workflows in pictures

<!-- Made from statemachines/ by \`npm run docs\`. Change a definition, then run it. -->

An arrow says what leads to the next state: a condition, or nothing when there is one way only. A dashed arrow is an
error that is caught; retries come before it and are not drawn. The execution, the branch or the item ends at a thick
frame, and fails at a red one. The second line of a state is what it calls.

To click on, with every retrier, catcher, comment and expression: \`npm run workflows -- console --definition order\`.
`;

function section(file: string): string {
  const text = readFileSync(join(definitions, file), 'utf8');
  const definition: unknown = JSON.parse(text);
  const comment = isObject(definition) ? definition.Comment : undefined;
  const name = file.slice(0, -suffix.length);
  return `## ${name}

${typeof comment === 'string' ? `${comment} ` : ''}Its definition: [\`${file}\`](../statemachines/${file}).

\`\`\`mermaid
${diagramOf(text)}\`\`\`
`;
}
