// Builds the client for applications: a package of its own in dist/client, with ESM, CommonJS and types.
// `npm run build:client`, then `npm pack ./dist/client`: the archive is what an application installs.

import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { dependencies, engines, license, version } from '../package.json';

/** `claim` and `review` are entries of their own: who only starts workflows does not need KMS and DynamoDB. */
const entries = ['index', 'claim', 'review'];

/** The client is a package of its own, because an application that installed this repository would get the CDK too. */
const clientPackage = {
  name: 'step-functions-workflows-client',
  version,
  license,
  private: true,
  engines,
  exports: Object.fromEntries(
    entries.map((entry) => [
      entry === 'index' ? '.' : `./${entry}`,
      {
        import: { types: `./${entry}.d.mts`, default: `./${entry}.mjs` },
        require: { types: `./${entry}.d.ts`, default: `./${entry}.js` },
      },
    ]),
  ),
  dependencies: sdk('sfn'),
  peerDependencies: { ...sdk('dynamodb'), ...sdk('kms') },
  peerDependenciesMeta: {
    '@aws-sdk/client-dynamodb': { optional: true },
    '@aws-sdk/client-kms': { optional: true },
  },
};

function sdk(service: 'dynamodb' | 'kms' | 'sfn') {
  const name = `@aws-sdk/client-${service}` as const;
  return { [name]: `^${dependencies[name]}` };
}

/** Returns the files that went into the bundles. The AWS SDK stays outside: applications and Lambda have it. */
export async function buildClient(outDir: string): Promise<Metafile> {
  rmSync(outDir, { recursive: true, force: true });
  const bundle = (format: 'cjs' | 'esm') =>
    build({
      entryPoints: entries.map((entry) => join(__dirname, `${entry}.ts`)),
      outdir: outDir,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format,
      outExtension: { '.js': format === 'esm' ? '.mjs' : '.js' },
      external: ['@aws-sdk/*'],
      metafile: true,
      logLevel: 'warning',
    });
  const [{ metafile }] = await Promise.all([bundle('esm'), bundle('cjs')]);
  emitTypes(outDir);
  writeFileSync(join(outDir, 'package.json'), `${JSON.stringify(clientPackage, null, 2)}\n`);
  return metafile;
}

function emitTypes(outDir: string): void {
  const tsc = join(require.resolve('typescript/package.json'), '../bin/tsc');
  execFileSync(
    process.execPath,
    [tsc, '-p', join(__dirname, 'tsconfig.build.json'), '--outDir', join(outDir, 'types')],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  for (const entry of entries) {
    for (const extension of ['d.ts', 'd.mts'])
      writeFileSync(join(outDir, `${entry}.${extension}`), `export * from './types/client/${entry}.js';\n`);
  }
}

if (require.main === module) void buildClient(join(__dirname, '../dist/client'));
