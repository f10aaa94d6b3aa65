// A problem that the user can solve. It is shown as message and remedy, without a stack trace.

export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    message: string,
    /** What to do about it, one step per line. */
    readonly remedy: string,
  ) {
    super(message);
  }

  override toString(): string {
    return `${this.message}\n\n${this.remedy}`;
  }
}
