/** Reads definitions for the simulator. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withErrorSets } from '../../lib/workflow/error-sets';

const FOLDER = join(__dirname, '../../statemachines');

/** The name of each definition in statemachines/. */
export const definitionNames: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.asl.json'))
  .map((file) => file.replace('.asl.json', ''));

/** The definition with its error sets written out and its placeholders unchanged, as in the template. */
export const inlinedDefinition = (workflow: string): string =>
  withErrorSets(readFileSync(join(FOLDER, `${workflow}.asl.json`), 'utf8'));

/** The definition with values for its placeholders, as a stage deploys it. Throws for a placeholder without a value. */
export const deployedDefinition = (workflow: string, values: Readonly<Record<string, string>>): string =>
  inlinedDefinition(workflow).replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value !== undefined) return value;
    const fix = name.endsWith('Arn')
      ? 'add the function to `functions`, or the state machine to `machines`'
      : 'give it a value in `machines`';
    throw new Error(`statemachines/${workflow}.asl.json uses \${${name}}: ${fix}.`);
  });

/** The definition with values for its placeholders; a missing value is the placeholder's name (`ChargeCardArn`). */
export const definitionOf = (workflow: string, values: Record<string, string> = {}): string =>
  inlinedDefinition(workflow).replace(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? name);
