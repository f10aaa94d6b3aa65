/**
 * A function's code: one file below lambda/ with all that it imports, as one ES module.
 *
 * Not NodejsFunction, which starts `npx esbuild` anew for each function: half a second each, most of a cold start of
 * the local cloud. Same bundler, same options, called directly.
 */
import { join } from 'node:path';
import { AssetHashType } from 'aws-cdk-lib';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';

const root = join(__dirname, '../..');

/** @param entry the handler's file below lambda/, without `.lambda.ts` */
export const bundled = (entry: string): Code =>
  Code.fromAsset(join(root, 'lambda'), {
    // What counts is what is deployed: a change elsewhere below lambda/ changes nothing here.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used: `local` always does it.
      image: Runtime.NODEJS_24_X.bundlingImage,
      // The CDK keeps one bundle for each source folder and options: this tells the functions apart.
      command: [entry],
      local: {
        tryBundle: (outputFolder) => {
          buildSync({ ...bundleOptions(entry), outfile: join(outputFolder, 'index.mjs') });
          return true;
        },
      },
    },
  });

/** esbuild's options, but for the place of the output. */
export const bundleOptions = (entry: string): BuildOptions => ({
  absWorkingDir: root,
  entryPoints: [join('lambda', `${entry}.lambda.ts`)],
  bundle: true,
  platform: 'node',
  format: 'esm',
  mainFields: ['module', 'main'],
  alias: { '@aws-sdk/credential-provider-node': join(root, 'lambda/shared/credentials.ts') },
  // Below the runtime's: the local cloud runs functions on the machine's own Node.
  target: 'node20',
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
});
