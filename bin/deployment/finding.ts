// What a look before a deployment found, and how it is shown.

import { table } from '../terminal/table';
import { plain } from '../terminal/text';

export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  /** `refused`: the deployment must not begin. `warning`: it may, and something will be wrong. */
  readonly verdict: 'ok' | 'warning' | 'refused';
  readonly found: string;
  /** What to do about it. */
  readonly remedy?: string;
}

const marks = { ok: '✔', warning: '!', refused: '✘' };

/** One table; below it, what to do about each warning and refusal. */
export function report(findings: readonly Finding[]): string {
  const remedies = findings.flatMap(({ check, remedy }) => (remedy ? [`${check}: ${remedy}`] : []));
  const rows = findings.map(({ check, verdict, found }) => [marks[verdict], check, plain(found)]);
  return [
    table(rows),
    ...(remedies.length > 0 ? ['', 'What to do:', ...remedies.map((text) => `- ${text}`)] : []),
  ].join('\n');
}

/** What a failed call says of itself. */
export const failureOf = (error: unknown): { name: string; message: string } =>
  error instanceof Error ? error : { name: 'Error', message: String(error) };

/** A look that was not allowed, or failed otherwise: it says nothing of what it was to look at. */
export function unseen(check: string, action: string, error: unknown): Finding {
  const { name, message } = failureOf(error);
  const isDenied = /AccessDenied|AuthorizationError|UnauthorizedOperation/.test(name);
  // AWS mostly says which call it was.
  const denied = /not authorized to perform: ([\w:-]+)/.exec(message)?.[1] ?? action;
  return {
    check,
    verdict: 'warning',
    found: isDenied ? `could not look: ${denied} is not allowed` : `could not look: ${name}: ${message}`,
    remedy: isDenied
      ? `allow ${denied} to whoever deploys, or look yourself`
      : 'run it again, or look yourself',
  };
}
