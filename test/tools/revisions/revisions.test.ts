/** Copies of revisions, from a repository of their own. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Revisions } from '../../../tools/revisions/revisions';

function openRepository() {
  const folder = mkdtempSync(join(tmpdir(), 'revisions-'));
  const git = (...args: string[]) => {
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    const { status, stdout, stderr } = spawnSync('git', [...author, ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  };
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  git('init', '--quiet');
  write('kept', '1');
  write('deleted', '1');
  write('.gitignore', 'ignored');
  git('add', '.');
  git('commit', '--quiet', '--message', 'first');
  write('kept', '2');
  write('new', '2');
  write('staged', '2');
  write('ignored', '2');
  rmSync(join(folder, 'deleted'));
  return { folder, git, revisions: new Revisions(folder) };
}

test('a commit and the work tree, side by side, leave the repository as it is', () => {
  const { folder, git, revisions } = openRepository();
  git('add', 'staged');
  const before = git('status', '--short');
  const [base, today] = ['base', 'today'].map((name) => join(mkdtempSync(join(tmpdir(), 'copy-')), name));
  revisions.checkOut(revisions.commitOf('HEAD'), String(base));
  revisions.copyWorkTree(String(today));
  const contents = (copy = '') =>
    ['kept', 'deleted', 'new', 'staged', 'ignored'].map((file) =>
      existsSync(join(copy, file)) ? readFileSync(join(copy, file), 'utf8') : undefined,
    );
  expect(contents(base)).toEqual(['1', '1', undefined, undefined, undefined]);
  expect(contents(today)).toEqual(['2', undefined, '2', '2', undefined]);
  expect(git('status', '--short')).toBe(before);
  expect(git('worktree', 'list').trim().split('\n')).toEqual([expect.stringContaining(folder)]);
});

test('a revision that is not there is a sentence', () => {
  const { revisions } = openRepository();
  for (const name of ['nope', '--all', ''])
    expect(() => revisions.commitOf(name)).toThrow(`This repository has no revision "${name}".`);
});

test('a folder has its dependencies here when each is installed here in its version', () => {
  const { folder, revisions } = openRepository();
  const lock = (root: string, versions: Record<string, string>) => {
    const packages = Object.entries(versions).map(([path, version]) => [path, { version }]);
    writeFileSync(
      join(root, 'package-lock.json'),
      JSON.stringify({ packages: Object.fromEntries(packages) }),
    );
  };
  const other = mkdtempSync(join(tmpdir(), 'other-'));
  lock(folder, { '': '2', 'node_modules/a': '1', 'node_modules/b': '1' });
  lock(other, { '': '1', 'node_modules/a': '1' });
  expect(revisions.hasDependencies(other)).toBe(true);
  lock(other, { '': '1', 'node_modules/a': '2' });
  expect(revisions.hasDependencies(other)).toBe(false);
  lock(other, { '': '1', 'node_modules/c': '1' });
  expect(revisions.hasDependencies(other)).toBe(false);
});
