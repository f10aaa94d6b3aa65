/** Copies of a repository's revisions in folders of their own, which leave no trace in the repository. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from '../local/problem';

export class Revisions {
  /** @param repository its folder */
  constructor(private readonly repository = join(__dirname, '../..')) {}

  /** The commit that a branch, tag, hash or expression such as HEAD~3 names. Throws a Problem when there is none. */
  commitOf(revision: string): string {
    const args = ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`];
    const { isOk, text } = this.git(args);
    if (isOk) return text.trim();
    throw new Problem(
      `This repository has no revision "${revision}".`,
      'Name a branch, a tag or a commit. A shallow clone, as CI makes one, has few: git fetch --unshallow.',
    );
  }

  /** Writes a commit's files into a new folder. */
  checkOut(commit: string, folder: string): void {
    mkdirSync(folder, { recursive: true });
    // An index of its own: the repository's keeps what is staged.
    const index = { GIT_INDEX_FILE: `${folder}.index` };
    this.gitOrThrow(['read-tree', commit], index);
    this.gitOrThrow(['checkout-index', '--all', `--prefix=${folder}/`], index);
    rmSync(index.GIT_INDEX_FILE);
  }

  /** Copies the work tree as it is: what is not committed, too, but nothing that git ignores. */
  copyWorkTree(folder: string): void {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    for (const file of this.gitOrThrow(args).split('\0')) {
      const from = join(this.repository, file);
      // What is deleted in the work tree is still in the index.
      if (file === '' || !existsSync(from)) continue;
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      copyFileSync(from, join(folder, file));
    }
  }

  /** Whether all that a folder's lock file asks for is installed here, in the same versions. */
  hasDependencies(folder: string): boolean {
    const [own, asked] = [this.repository, folder].map(lockedIn);
    return Object.entries(asked ?? {}).every(([path, version]) => path === '' || own?.[path] === version);
  }

  /** Lets a folder use the dependencies that are installed here. */
  linkDependencies(folder: string): void {
    symlinkSync(join(this.repository, 'node_modules'), join(folder, 'node_modules'), 'junction');
  }

  private gitOrThrow(args: readonly string[], environment?: Readonly<Record<string, string>>): string {
    const { isOk, text, problem } = this.git(args, environment);
    if (isOk) return text;
    throw new Problem(`git ${args[0]} failed: ${problem}`, 'Look whether git status works in this folder.');
  }

  private git(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const { status, stdout, stderr, error } = spawnSync('git', args, {
      cwd: this.repository,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: { ...process.env, ...environment },
    });
    if (error)
      throw new Problem(`git cannot be started: ${error.message}`, 'Install git, or add it to the PATH.');
    return { isOk: status === 0, text: stdout, problem: stderr.trim() };
  }
}

/** Versions by their place in node_modules. */
function lockedIn(root: string): Readonly<Record<string, string>> {
  const file = join(root, 'package-lock.json');
  if (!existsSync(file)) return {};
  const { packages }: { packages: Record<string, { version: string }> } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  return Object.fromEntries(Object.entries(packages).map(([path, { version }]) => [path, version]));
}
