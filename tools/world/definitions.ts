/** Reads definitions for the simulator. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withErrorSets } from '../../lib/workflow/error-sets';
import { definitionsFolder } from './revision';

/** The name of each definition in statemachines/. */
export const definitionNames: readonly string[] = readdirSync(definitionsFolder)
  .filter((file) => file.endsWith('.asl.json'))
  .map((file) => file.replace('.asl.json', ''));

/** The definition as its file has it. */
export const writtenDefinition = (workflow: string): string =>
  readFileSync(join(definitionsFolder, `${workflow}.asl.json`), 'utf8');

/** The definition as the template has it: its error sets written out, its placeholders in place. */
export const inlinedDefinition = (workflow: string): string => withErrorSets(writtenDefinition(workflow));

const deployed = new Map<string, string>();

/** The same as a stage deploys it. Throws for a placeholder without a value. */
export function deployedDefinition(workflow: string, values: Readonly<Record<string, string>>): string {
  const definition = inlinedDefinition(workflow).replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value !== undefined) return value;
    const fix = name.endsWith('Arn')
      ? 'add the function to `functions`, or the state machine to `machines`'
      : 'give it a value in `machines`';
    throw new Error(`statemachines/${workflow}.asl.json uses \${${name}}: ${fix}.`);
  });
  deployed.set(definition, workflow);
  return definition;
}

/** Whose definition that is, as `deployedDefinition` returned it. */
export const workflowOf = (definition: string): string | undefined => deployed.get(definition);

/** The definition with values for its placeholders; a missing value is the placeholder's name (`ChargeCardArn`). */
export const definitionOf = (workflow: string, values: Record<string, string> = {}): string =>
  inlinedDefinition(workflow).replace(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? name);
