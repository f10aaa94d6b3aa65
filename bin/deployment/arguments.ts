// Reads what `npm run deploy` and `npm run destroy` are given: options of cdk's, which they pass on.

import { type Stage, stageFromContext } from '../../lib/stages';

/** The values of a command-line option that may be given several times: `-c a=1 --context=b=2`. */
export const optionValues = (args: readonly string[], ...names: readonly string[]): string[] =>
  args.flatMap((arg, index) => {
    const next = args[index + 1];
    if (names.includes(arg)) return next === undefined ? [] : [next];
    const name = names.find((candidate) => arg.startsWith(`${candidate}=`));
    return name === undefined ? [] : [arg.slice(name.length + 1)];
  });

/** The arguments without options that are not cdk's. */
export function without(
  args: readonly string[],
  { flags, values }: { readonly flags: readonly string[]; readonly values: readonly string[] },
): string[] {
  return args.filter(
    (arg, index) =>
      !flags.includes(arg) &&
      !values.some((name) => arg === name || arg.startsWith(`${name}=`)) &&
      !values.includes(args[index - 1] ?? ''),
  );
}

/**
 * The stage that the arguments for cdk ask for.
 * @throws as stageFromContext, and for the local cloud's stage where AWS does not mean the local cloud
 */
export function stageOf(args: readonly string[]): Stage {
  const context = new Map(
    optionValues(args, '-c', '--context').map((pair): [string, string] => {
      const [key = '', ...value] = pair.split('=');
      return [key, value.join('=')];
    }),
  );
  const stage = stageFromContext((key) => context.get(key));
  if (stage.name === 'local' && !/^http:\/\/127\.0\.0\.1:/.test(process.env.AWS_ENDPOINT_URL ?? '')) {
    throw new Error('The stage local is for the local cloud, not for AWS: npm start deploys it there.');
  }
  return stage;
}
