// How a standing and an outcome look: always a sign and a word besides the colour.

import type { Standing } from '../../bin/history/standing';
import type { ListedExecution } from '../model';

interface Sign {
  sign: string;
  word: string;
}

export const signs: Record<Standing, Sign> = {
  done: { sign: '✓', word: 'done' },
  undone: { sign: '↺', word: 'undo, done' },
  caught: { sign: '!', word: 'failed, and was handled' },
  running: { sign: '▶', word: 'is running' },
  waiting: { sign: '…', word: 'waits for its next try' },
  failed: { sign: '✕', word: 'failed' },
  inside: { sign: '◐', word: 'stopped inside' },
  cutOff: { sign: '⊘', word: 'was cut off' },
};

const good = new Set([
  'SHIPPED',
  'ONBOARDED',
  'SUCCEEDED',
  'APPROVED',
  'IMPORTED',
  'MATCHED',
  'ALREADY_PROCESSED',
]);

/** The standing whose colour and sign an outcome has. */
export function toneOf({ outcome, failed }: Pick<ListedExecution, 'outcome' | 'failed'>): Standing {
  if (failed) return 'failed';
  if (outcome === 'RUNNING' || outcome === 'PENDING_REDRIVE') return 'running';
  return good.has(outcome) ? 'done' : 'caught';
}
