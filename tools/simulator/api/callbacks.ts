// Task tokens: passes each SendTask… call on to the Task that waits for it.
import { TaskFailure } from '../integrations/failure';
import type { TaskCall } from '../types';
import { ApiError } from './protocol';

interface Waiting {
  succeed(output: unknown): void;
  fail(error: Error): void;
  heartbeat(): void;
}

/** The form of a token. It distinguishes one that an earlier run of this server issued from a malformed one. */
const TOKEN = /^AQC[\w-]{43}$/;

export class Callbacks {
  private readonly waiting = new Map<string, Waiting>();
  /** Tokens that were used, or whose task has ended. */
  private readonly over = new Set<string>();

  /**
   * Does a task's work. Settles as the work does, or as the first SendTask… call with the token says. Rejects with the
   * signal's reason once the task is abandoned.
   */
  async answer(call: TaskCall, token: string, work: () => Promise<unknown>): Promise<unknown> {
    let own: Waiting | undefined;
    const answered = new Promise<unknown>((succeed, fail) => {
      own = { succeed, fail, heartbeat: () => call.heartbeat() };
      this.waiting.set(token, own);
      call.signal.addEventListener('abort', () => fail(call.signal.reason), { once: true });
    });
    try {
      return await Promise.race([answered, work()]);
    } finally {
      // A request that was delivered twice may still be waited for.
      if (this.waiting.get(token) === own) this.close(token);
    }
  }

  succeed(token: string, output: unknown): void {
    const task = this.find(token);
    this.close(token);
    task.succeed(output);
  }

  fail(token: string, error: string, cause: string): void {
    const task = this.find(token);
    this.close(token);
    task.fail(new TaskFailure(error, cause));
  }

  heartbeat(token: string): void {
    this.find(token).heartbeat();
  }

  private close(token: string): void {
    this.waiting.delete(token);
    this.over.add(token);
  }

  /** Throws TaskTimedOut when the token's task has ended, TaskDoesNotExist or InvalidToken when there is none. */
  private find(token: string): Waiting {
    const task = this.waiting.get(token);
    if (task) return task;
    if (this.over.has(token)) {
      throw new ApiError('TaskTimedOut', `Task Timed Out: 'Provided task does not exist anymore'`);
    }
    if (TOKEN.test(token)) throw new ApiError('TaskDoesNotExist', `Task Does Not Exist: '${token}'`);
    throw new ApiError('InvalidToken', `Invalid Token: 'Invalid token'`);
  }
}
