import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sourcesHash, worthReading } from '../../../tools/local/deployment';

const project = () => {
  const root = mkdtempSync(join(tmpdir(), 'project-'));
  for (const folder of ['lambda', 'test', 'node_modules']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'lambda', 'a.ts'), 'a');
  return root;
};

test('the same sources and context need no new templates', () => {
  expect(sourcesHash(project(), 'http://x')).toBe(sourcesHash(project(), 'http://x'));
});

test('a changed, added or renamed source, or another context, needs new templates', () => {
  const unchanged = sourcesHash(project(), 'http://x');
  const changes: ((root: string) => void)[] = [
    (root) => writeFileSync(join(root, 'lambda', 'a.ts'), 'b'),
    (root) => writeFileSync(join(root, 'lambda', 'b.ts'), ''),
    (root) => writeFileSync(join(root, 'cdk.json'), '{}'),
  ];
  for (const change of changes) {
    const root = project();
    change(root);
    expect(sourcesHash(root, 'http://x')).not.toBe(unchanged);
  }
  expect(sourcesHash(project(), 'http://y')).not.toBe(unchanged);
});

test('tests, installed packages and documents do not matter', () => {
  const root = project();
  const before = sourcesHash(root);
  writeFileSync(join(root, 'test', 'a.test.ts'), '');
  writeFileSync(join(root, 'node_modules', 'a.js'), '');
  writeFileSync(join(root, 'README.md'), '');
  expect(sourcesHash(root)).toBe(before);
});

test('a failed synth prints the problems without the stack trace', () => {
  const log = `Bundling asset Orders/A/Code/Stage...
/repository/lib/definition.ts:25
  throw new Error(problems);
        ^

Error: orders.asl.json: the first problem

orders.asl.json: the second
    at loadDefinition (/repository/lib/definition.ts:25:34)

Subprocess exited with error 1
`;
  expect(worthReading(log).split('\n')).toEqual([
    '/repository/lib/definition.ts:25',
    '  throw new Error(problems);',
    'Error: orders.asl.json: the first problem',
    'orders.asl.json: the second',
    'Subprocess exited with error 1',
  ]);
});

test('a long log is shortened to its beginning and end', () => {
  const said = worthReading(Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n')).split('\n');
  expect(said).toHaveLength(31);
  expect([said[0], said[19], said[20], said[30]]).toEqual(['line 0', 'line 19', '…', 'line 99']);
});
