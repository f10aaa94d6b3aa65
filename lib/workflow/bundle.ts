/**
 * Bundles a function's code: a file below lambda/ and everything it imports, as one ES module.
 *
 * NodejsFunction would start `npx esbuild` for each function, which takes half a second each, most of a cold start of
 * the local cloud. This calls the same bundler directly, with the same options.
 */
import { join } from 'node:path';
import { AssetHashType } from 'aws-cdk-lib';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';

const root = join(__dirname, '../..');

/** @param entry the handler's file below lambda/, without `.lambda.ts` */
export const bundled = (entry: string): Code =>
  Code.fromAsset(join(root, 'lambda'), {
    // The bundle decides the hash, so that a change elsewhere below lambda/ deploys nothing.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Required but never used, because `local` always succeeds.
      image: Runtime.NODEJS_24_X.bundlingImage,
      // The CDK keeps one bundle for each source folder and options, so the options must differ between functions.
      command: [entry],
      local: {
        tryBundle: (outputFolder) => {
          buildSync({ ...bundleOptions(entry), outfile: join(outputFolder, 'index.mjs') });
          return true;
        },
      },
    },
  });

/** esbuild's options, without the output's path. */
export const bundleOptions = (entry: string): BuildOptions => ({
  absWorkingDir: root,
  entryPoints: [join('lambda', `${entry}.lambda.ts`)],
  bundle: true,
  platform: 'node',
  format: 'esm',
  mainFields: ['module', 'main'],
  alias: { '@aws-sdk/credential-provider-node': join(root, 'lambda/shared/credentials.ts') },
  // Lower than the runtime's version, because the local cloud runs functions on the machine's own Node.
  target: 'node20',
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
});
