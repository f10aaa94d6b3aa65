/** A local cloud of a copy of the repository, for tests that change sources and deploy them as a person does. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { paths, repository } from '../../../bin/local-cloud/paths';
import { preferPort } from '../../../tools/local/ports';

/** What a clone of the repository does not have. */
const made = ['node_modules', '.git', '.local', 'cdk.out', 'dist', 'coverage'];

export class OwnCloud {
  private readonly folder = mkdtempSync(join(tmpdir(), 'own-cloud-'));
  readonly repository = join(this.folder, 'repository');
  /** For temporary files of the cloud. */
  readonly temporary = join(this.folder, 'tmp');
  readonly port: Promise<number> = preferPort(0);
  private environment: Record<string, string | undefined> = {};
  private running: ChildProcessWithoutNullStreams | undefined;
  /** What `npm start` has printed since the last Enter. */
  private shown = '';

  constructor() {
    for (const name of readdirSync(repository).filter((each) => !made.includes(each)))
      cpSync(join(repository, name), join(this.repository, name), { recursive: true });
    for (const each of [this.temporary, join(this.repository, '.local')]) mkdirSync(each);
    symlinkSync(join(repository, 'node_modules'), join(this.repository, 'node_modules'));
    symlinkSync(paths.venv, join(this.repository, '.local/venv'));
  }

  /** Runs `npm start` with these words until it shows others; else without samples, until it says that Ctrl-C ends it. */
  async start(words: readonly string[] = ['--only', 'none'], shown = 'Ctrl-C'): Promise<string> {
    // Independent of the local cloud that the other tests use.
    const LOCAL_CLOUD_PORT = String(await this.port);
    this.environment = { PATH: process.env.PATH, HOME: '/nowhere', TMPDIR: this.temporary, LOCAL_CLOUD_PORT };
    this.running = this.program('tools/local/start.ts', ...words);
    for (const stream of [this.running.stdout, this.running.stderr]) {
      stream.on('data', (data) => {
        this.shown += data;
      });
    }
    return this.untilShown(shown);
  }

  async untilShown(words: string): Promise<string> {
    while (!this.shown.includes(words)) {
      if (this.running?.exitCode !== null) throw new Error(`npm start has ended: ${this.shown}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return this.shown;
  }

  /** Presses Enter, and waits until these words are shown. */
  async enter(words: string): Promise<string> {
    this.shown = '';
    this.running?.stdin.write('\n');
    return this.untilShown(words);
  }

  /** Changes a source. */
  edit(file: string, change: (source: string) => string): void {
    const path = join(this.repository, file);
    const source = readFileSync(path, 'utf8');
    const changed = change(source);
    if (changed === source) throw new Error(`Nothing of ${file} has changed`);
    writeFileSync(path, changed);
  }

  /** Runs the command line of the copy. @param input typed or piped in */
  async workflows(words: readonly string[], input = '') {
    const child = this.program('bin/workflows.ts', ...words);
    child.stdin.end(input);
    const [out, err, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { exitCode, out, err };
  }

  /** Presses Ctrl-C. Returns the exit code. */
  async interrupt(): Promise<unknown> {
    const [code] = await Promise.all([
      this.running && once(this.running, 'exit'),
      this.running?.kill('SIGINT'),
    ]);
    return code?.[0];
  }

  close(): void {
    this.running?.kill();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  private program(...words: string[]): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, [require.resolve('tsx/cli'), ...words], {
      cwd: this.repository,
      env: this.environment,
    });
  }
}
