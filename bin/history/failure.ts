// Describes an error in one sentence. Causes are nested: a function's failure is JSON inside a Fail state's JSON,
// which may be inside the description of a nested execution.

import { plain } from '../terminal/text';
import { record } from './json';

export interface Failure {
  error: string;
  /** One line; empty when the cause says nothing. */
  message: string;
  /** The state that failed, when the cause names it. */
  state?: string;
}

interface Raw {
  error?: string | undefined;
  cause?: string | undefined;
  timeoutSeconds?: number | undefined;
}

export function failureOf({ error, cause, timeoutSeconds }: Raw): Failure {
  const { message, state, inner } = read(cause ?? '');
  const name = inner ?? error ?? 'unknown error';
  const silence = timeoutSeconds === undefined ? 'no answer in time' : `no answer within ${timeoutSeconds} s`;
  return {
    error: plain(name),
    message: message === '' && name === 'States.Timeout' ? silence : message,
    ...(state !== undefined && { state: plain(state) }),
  };
}

export const sentence = ({ error, message }: Failure) => (message === '' ? error : `${error}: ${message}`);

function read(cause: string): { message: string; state?: string; inner?: string } {
  const json = record(tryParse(cause));
  // Step Functions' description of a nested execution.
  if (typeof json.Error === 'string' && typeof json.ExecutionArn === 'string') {
    return { ...read(String(json.Cause ?? '')), inner: json.Error };
  }
  // The Cause of our Fail states, such as OrderFailed.
  if (typeof json.state === 'string') return { ...read(String(json.cause ?? '')), state: json.state };
  // A function's error. The message of a ValidationError or a PaymentDeclined is JSON again.
  if (typeof json.errorMessage === 'string') return read(json.errorMessage);
  if (typeof json.declineCode === 'string') return { message: reasonOf(json) };
  if (Array.isArray(json.problems)) return { message: problemsOf(json).join('; ') };
  // An AWS SDK's error. It ends with details for AWS Support, which are cut off.
  return { message: plain(cause.replace(/\s*\(Service: [^)]*\)\s*$/, '')) };
}

/** Says why an order was not placed, with the code of a declined payment, which only the shop's own people see. */
export const reasonOf = ({ reason, declineCode }: Record<string, unknown>): string =>
  plain(typeof declineCode === 'string' ? `${reason} (${declineCode})` : String(reason));

/** Returns one line for each problem of a rejected input. */
export function problemsOf({ problems, more }: Record<string, unknown>): string[] {
  const lines = (Array.isArray(problems) ? problems : []).map((problem) => {
    const { path, message } = record(problem);
    return plain(path === '' ? String(message) : `${path}: ${message}`);
  });
  return typeof more === 'number' && more > 0 ? [...lines, `and ${more} more`] : lines;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
