// Turns any error into one message and an exit code.

import { plain } from '../terminal/text';

/** Exit codes: 0 all is well, 1 the workflow or the operation failed, 2 the command was given wrongly. */
export type ExitCode = 0 | 1 | 2;

/** An error whose message is all that the user needs: no name, no stack trace. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    readonly exitCode: ExitCode = 1,
  ) {
    super(message);
  }
}

/** The client's errors whose message is a sentence for the user. By name, so that no command has to load them all. */
const sentences: Record<string, ExitCode> = {
  InvalidId: 2,
  IdempotencyConflict: 1,
  ClaimRefused: 1,
  ReviewRefused: 1,
};

/** Describes any error without its stack trace. */
export function explain(error: unknown): { message: string; exitCode: ExitCode } {
  if (error instanceof CliError) return { message: error.message, exitCode: error.exitCode };
  if (!(error instanceof Error)) return { message: plain(error), exitCode: 1 };
  const known = sentences[error.name];
  if (known !== undefined) return { message: error.message, exitCode: known };
  if (error.name === 'CredentialsProviderError' || error.message === 'Region is missing') {
    return {
      message:
        'AWS is not configured here: set AWS_PROFILE (or the usual keys) and AWS_REGION. ' +
        'Without an account, start the local cloud: npm start',
      exitCode: 1,
    };
  }
  const { name } = error;
  // Node's network errors may be AggregateErrors, whose own message is empty.
  const message = error.message || ('code' in error ? String(error.code) : 'no details');
  return { message: plain(name === 'Error' ? message : `${name}: ${message}`), exitCode: 1 };
}
