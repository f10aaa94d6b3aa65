/** The scripts in workflow files that are more than one command, run as GitHub runs them, with a double of `gh`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scriptOf } from './files';

const commit = 'a'.repeat(40);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Runs a step's script.
 * @param gh what the double answers, as the cases of a shell script: `*pulls*) echo 7 ;;`
 */
function run(script: string, gh: string, env: Record<string, string>) {
  const calls = join(folder, 'calls');
  writeFileSync(
    join(folder, 'gh'),
    `#!/bin/bash\necho "$*" >> ${calls}\ncase "$*" in\n${gh}\n*) exit 9 ;;\nesac\n`,
  );
  chmodSync(join(folder, 'gh'), 0o755);
  const output = join(folder, 'output');
  writeFileSync(output, '');
  const { status, stdout } = spawnSync('bash', ['--norc', '-e', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      GITHUB_REPOSITORY: 'shop/workflows',
      GITHUB_OUTPUT: output,
      ...env,
    },
  });
  return {
    status,
    stdout,
    output: readFileSync(output, 'utf8'),
    calls: existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [],
  };
}

describe('rollback', () => {
  const script = scriptOf('rollback', 'find', 'Find the run that made its assembly');

  test('finds the run of the push that ended with the commit', () => {
    const { status, output, calls } = run(script, '*run*list*) echo 4711 ;;', { COMMIT: commit });
    expect({ status, output }).toEqual({ status: 0, output: 'run=4711\n' });
    // A run of a fork's branch `main` is of a pull request, and has no right to be taken.
    expect(calls[0]).toMatch(/--workflow deploy.yml --event push --branch main --commit a{40} /);
  });

  test.each([
    ['a commit that was never pushed', commit, 'No push to main ended with'],
    ['a commit in short', 'abc1234', 'all 40 digits'],
    ['a branch', 'main; rm -rf /', 'all 40 digits'],
  ])('refuses %s', (_, COMMIT, message) => {
    const { status, stdout, output } = run(script, '*run*list*) ;;', { COMMIT });
    expect({ status, output }).toEqual({ status: 1, output: '' });
    expect(stdout).toContain(`::error::`);
    expect(stdout).toContain(message);
  });
});

describe('comment', () => {
  const script = () => scriptOf('comment', 'comment', 'Comment');
  const head = { HEAD_OWNER: 'somebody', HEAD_BRANCH: 'feature/x', HEAD_SHA: commit };
  const pulls = `*pulls*) printf '%s\\n' 'bbbb 6' '${commit} 7' ;;`;
  const posted = '*POST*) ;;\n*PATCH*) ;;';
  beforeEach(() => writeFileSync(join(folder, 'review.md'), 'Nothing changes.\n'));

  test('is made once, on the pull request that ends with the commit', () => {
    const { status, calls } = run(script(), `${pulls}\n${posted}\n*comments*) ;;`, head);
    expect(status).toBe(0);
    expect(calls[0]).toContain('-f head=somebody:feature/x');
    expect(calls.at(-1)).toBe(
      'api --method POST repos/shop/workflows/issues/7/comments -F body=@body.md --silent',
    );
    expect(readFileSync(join(folder, 'body.md'), 'utf8')).toBe('<!-- review -->\nNothing changes.\n');
  });

  test('is replaced from then on', () => {
    const { calls } = run(script(), `${pulls}\n${posted}\n*comments*) echo 99 ;;`, head);
    expect(calls.at(-1)).toMatch(/^api --method PATCH repos\/shop\/workflows\/issues\/comments\/99 /);
  });

  test('is left to the run of a later push, when there is one', () => {
    const { status, stdout, calls } = run(script(), `*pulls*) echo 'bbbb 6' ;;\n${posted}`, head);
    expect(status).toBe(0);
    expect(stdout).toContain('the run of a later push');
    expect(calls).toHaveLength(1);
  });
});

test('options of the environment are words, of which there may be none', () => {
  const script = scriptOf('deploy-stage', 'deploy', 'Drift').replace(/npm run/, 'printf "<%s>"');
  const words = (DEPLOY_OPTIONS: string) =>
    execFileSync('bash', ['--norc', '-e', '-c', script], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, STAGE: 'dev', DEPLOY_OPTIONS },
    });
  expect(words('')).toBe('<drift><--><-c><stage=dev><--app><assembly/dev>');
  expect(words('--allow-drift  --no-triggers')).toMatch(/<assembly\/dev><--allow-drift><--no-triggers>$/);
});
