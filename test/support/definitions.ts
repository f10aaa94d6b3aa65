/** Definitions as a stage deploys them, for the simulator. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../statemachines');

/** The definition with its placeholders filled; one without a value stands for itself (`ChargeCardArn`). */
export const definitionOf = (workflow: string, values: Record<string, string> = {}): string =>
  readFileSync(join(FOLDER, `${workflow}.asl.json`), 'utf8').replace(
    /\$\{(\w+)\}/g,
    (_, name: string) => values[name] ?? name,
  );
