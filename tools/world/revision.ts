/**
 * Whose definitions and functions run in a world: those of this folder, unless `npm run compat` mixes two revisions. This
 * file alone knows of that.
 */
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { asLambda, type LambdaDouble } from '../doubles/lambda';

/** What an environment variable holds as JSON while two revisions are mixed. */
export interface Mix {
  /** A folder with all definitions, their error sets written out. */
  definitions: string;
  /** The functions of these names are those of the revision in the folder `root`. */
  functions: { root: string; names: readonly string[] };
}

export const MIX_VARIABLE = 'WORKFLOWS_MIX';

const mix: Mix | undefined = process.env[MIX_VARIABLE] && JSON.parse(process.env[MIX_VARIABLE]);

export const definitionsFolder = mix?.definitions ?? join(__dirname, '../../statemachines');

/** A function as its file makes it. */
type Run = (payload: never, context: Context) => Promise<unknown>;

type Functions<Name extends string> = Readonly<Record<Name, Run>>;

/**
 * The functions that a module of tools/world/functions/ makes, as Lambda runs them.
 *
 * @param module the module's name
 * @param make what it exports as `functions`
 * @param timeouts in seconds. @default asLambda's
 */
export function lambdasOf<Services, Name extends string>(
  module: string,
  make: (services: Services) => Functions<Name>,
  services: Services,
  timeouts: Readonly<Record<string, number>> = {},
): Record<Name, LambdaDouble> {
  const runs = { ...make(services), ...(mix ? theirs(module, services, mix) : {}) };
  const lambdas = Object.entries<Run>(runs).map(
    ([name, run]) => [name, asLambda(run, timeouts[name])] as const,
  );
  return Object.fromEntries(lambdas) as Record<Name, LambdaDouble>;
}

/** Those of the other revision that the mix wants. One that it does not have remains ours. */
function theirs<Services>(
  module: string,
  services: Services,
  { functions: { root, names } }: Mix,
): Functions<string> {
  if (names.length === 0) return {};
  const { functions } = require(join(root, 'tools/world/functions', module));
  const all: Functions<string> = functions(services);
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}
