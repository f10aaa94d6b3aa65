/** The workflow files of the pipeline, parsed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Job {
  readonly 'runs-on'?: string;
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: { readonly stage: readonly string[] } };
  readonly with?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly Step[];
}

export interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(__dirname, '../../.github/workflows');

/** Their text, by the name without `.yml`. */
export const sources: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(folder).map((file) => [file.replace(/\.yml$/, ''), readFileSync(join(folder, file), 'utf8')]),
);

export const workflowFiles: Readonly<Record<string, Workflow>> = Object.fromEntries(
  Object.entries(sources).map(([name, source]) => [name, parse(source)]),
);

export interface Place {
  /** `deploy-stage.yml, deploy`. */
  readonly place: string;
  readonly job: Job;
}

export const jobs: readonly Place[] = Object.entries(workflowFiles).flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ place: `${file}.yml, ${name}`, job })),
);

/** @throws when there is none */
export function jobOf(file: string, name: string): Job {
  const job = workflowFiles[file]?.jobs[name];
  if (!job) throw new Error(`.github/workflows/${file}.yml has no job ${name}`);
  return job;
}

/** The script of a step. @throws when there is none of this name */
export function scriptOf(file: string, job: string, name: string): string {
  const script = jobOf(file, job).steps?.find((step) => step.name === name)?.run;
  if (script === undefined) throw new Error(`${file}.yml, ${job}: no step "${name}" with a script`);
  return script;
}
