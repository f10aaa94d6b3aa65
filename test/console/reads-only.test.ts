// The console cannot change anything: no module that it consists of has a call that writes.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const repository = join(__dirname, '../..');

/** Clients by themselves do nothing; what they may be sent begins so. */
const reads =
  /^(Get|List|Describe|Filter|Scan)\w*Command$|^paginate(Get|List|Describe)\w+$|^\w+Client$|^(ExecutionDoesNotExist|ResourceNotFoundException)$/;

/** Asks the local cloud's double of Stripe. */
const THE_DOUBLE = 'console/records/stripe-double.ts';

let files: string[];

beforeAll(async () => {
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: ['console/index.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    packages: 'external',
    metafile: true,
    logLevel: 'silent',
  });
  files = Object.keys(metafile.inputs);
});

const sourceOf = (file: string) => readFileSync(join(repository, file), 'utf8');

/** What a module takes from the AWS SDK by name, at once or later. */
const imports = /import (type )?\{([^}]*)\} from '@aws-sdk\/[\w-]+'/g;
const laterImports = /const ()\{([^}]*)\} = await import\('@aws-sdk\/[\w-]+'\)/g;

/** Names that a module imports from the AWS SDK, but for its types. */
const importedFromAws = (source: string): string[] =>
  [...source.matchAll(imports), ...source.matchAll(laterImports)].flatMap(([, isType, names = '']) =>
    isType
      ? []
      : names
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== '' && !name.startsWith('type ')),
  );

test('whatever it imports of the AWS SDK reads', () => {
  const imported = files.flatMap((file) => importedFromAws(sourceOf(file)));
  expect(imported).toEqual(expect.arrayContaining(['GetExecutionHistoryCommand', 'FilterLogEventsCommand']));
  expect(imported.filter((name) => !reads.test(name))).toEqual([]);
});

test('whatever it loads later are clients and what reads, and it makes no request of its own but one', () => {
  for (const file of files) {
    const source = sourceOf(file);
    const loads = source.match(/import\('@aws-sdk\//g) ?? [];
    const clients = source.match(/\(await import\('@aws-sdk\/[\w-]+'\)\)\.\w+Client\(/g) ?? [];
    const named = source.match(laterImports) ?? [];
    expect([file, loads.length]).toEqual([file, clients.length + named.length]);
    const requests = source.match(/\bfetch\(|from 'node:(https|net|child_process)'/g) ?? [];
    expect([file, requests.length]).toEqual([file, file === THE_DOUBLE ? 1 : 0]);
  }
  // A GET without a key.
  expect(sourceOf(THE_DOUBLE)).not.toMatch(/\b(method|body|headers)\b/);
});

test('it has none of the commands, and nothing of the simulator or the tests', () => {
  expect(files).toContain('console/server.ts');
  expect(files.filter((file) => /^(bin\/commands|tools|test|lambda)\//.test(file))).toEqual([]);
});
