// Task tokens: joins the Task that waits with the SendTask… call that answers it.
import { TaskFailure } from '../integrations/failure';
import type { TaskCall } from '../types';
import { ApiError } from './protocol';

interface Waiting {
  succeed(output: unknown): void;
  fail(error: Error): void;
  heartbeat(): void;
}

/** What tokens look like: one that was given out before this server started is told from garbage by it. */
const TOKEN = /^AQC[\w-]{43}$/;

export class Callbacks {
  private readonly waiting = new Map<string, Waiting>();
  /** Tokens that were answered, or whose task nobody waits for any more. */
  private readonly over = new Set<string>();

  /**
   * Does a task's work and settles like it, unless the task's token is answered first. A task that nobody waits for
   * any more rejects with the signal's reason.
   */
  async answer(call: TaskCall, token: string, work: () => Promise<unknown>): Promise<unknown> {
    const answered = new Promise<unknown>((succeed, fail) => {
      this.waiting.set(token, { succeed, fail, heartbeat: () => call.heartbeat() });
      call.signal.addEventListener('abort', () => fail(call.signal.reason), { once: true });
    });
    try {
      return await Promise.race([answered, work()]);
    } finally {
      this.close(token);
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

  /** Throws TaskTimedOut for a token whose task is over, TaskDoesNotExist or InvalidToken for one of no task here. */
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
