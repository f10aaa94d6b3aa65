/** The code of functions: whose bundle is another, how large it is, and which files made the difference. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { isObject } from '../../lib/workflow/json';
import type { App, Resource } from './app';

interface Bundle {
  readonly hash: string;
  readonly bytes: number;
  /** Hashes of the repository's own files in it, by path. */
  readonly inputs: Readonly<Record<string, string>>;
}

export interface CodeChange {
  readonly key: string;
  readonly name: string;
  readonly bytesBefore: number;
  readonly bytes: number;
  /** Files that differ; none when only packages do. */
  readonly files: readonly string[];
  /** Files that were not in it. */
  readonly newFiles: readonly string[];
}

/** By the function's key. */
export type Bundles = ReadonlyMap<string, Bundle>;

/** @param root the folder with the sources @param assembly the one that `cdk synth` wrote */
export function bundlesOf({ resources }: App, root: string, assembly: string): Bundles {
  const functions = [...resources.values()].flatMap((resource): [string, Bundle][] => {
    const bundle = bundleIn(join(assembly, `asset.${assetOf(resource)}`), root);
    return bundle ? [[resource.key, bundle]] : [];
  });
  return new Map(functions);
}

/** The hash under which a function's code is published. It changes with a comment, too, because of the source map. */
const assetOf = ({ type, properties: { Code } }: Resource): string =>
  type === 'AWS::Lambda::Function' && isObject(Code) ? String(Code.S3Key).replace(/\.zip$/, '') : '';

function bundleIn(folder: string, root: string): Bundle | undefined {
  const file = join(folder, 'index.mjs');
  if (!existsSync(file)) return undefined;
  const code = readFileSync(file);
  return { hash: hashOf(code), bytes: code.length, inputs: inputsIn(`${file}.map`, folder, root) };
}

function inputsIn(map: string, folder: string, root: string): Record<string, string> {
  if (!existsSync(map)) return {};
  const { sources }: { sources: string[] } = JSON.parse(readFileSync(map, 'utf8'));
  const files = sources
    .map((source) => resolve(folder, source))
    .filter((path) => path.startsWith(`${root}/`) && !path.includes('/node_modules/') && existsSync(path));
  return Object.fromEntries(files.map((path) => [relative(root, path), hashOf(readFileSync(path))]));
}

const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** Of functions that both have. */
export const codeChanges = (before: Bundles, after: Bundles, { resources }: App): CodeChange[] =>
  [...after].flatMap(([key, bundle]): CodeChange[] => {
    const old = before.get(key);
    if (!old || old.hash === bundle.hash) return [];
    const files = Object.keys({ ...old.inputs, ...bundle.inputs })
      .filter((file) => old.inputs[file] !== bundle.inputs[file])
      .sort();
    const isNew = (file: string) => !Object.hasOwn(old.inputs, file);
    return [
      {
        key,
        name: resources.get(key)?.name ?? key,
        bytesBefore: old.bytes,
        bytes: bundle.bytes,
        files: files.filter((file) => !isNew(file)),
        newFiles: files.filter(isNew),
      },
    ];
  });
