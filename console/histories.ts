// Reads histories; what stands beside an execution uses the one that was read for it a moment ago.

import type { Cloud } from '../bin/cli/cloud';
import { type ExecutionId, readChildren, readTimeline } from '../bin/cli/executions';
import type { Read } from './execution';

/** How long a history that was read is used for what stands beside it, and how many are. */
const RECENT = 10_000;
const MOST_RECENT = 10;

export type History = Pick<Read, 'timeline' | 'children'>;

export function historyReader(cloud: Cloud) {
  const last = new Map<string, { at: number; history: Promise<History> }>();
  const read = (id: ExecutionId): Promise<History> => {
    const history = readTimeline(cloud, id).then(async (timeline) => ({
      timeline,
      children: await readChildren(cloud, timeline),
    }));
    last.delete(id.arn);
    last.set(id.arn, { at: Date.now(), history });
    history.catch(() => last.delete(id.arn));
    for (const oldest of [...last.keys()].slice(0, -MOST_RECENT)) last.delete(oldest);
    return history;
  };
  const recent = (id: ExecutionId): Promise<History> => {
    const known = last.get(id.arn);
    return known && Date.now() - known.at < RECENT ? known.history : read(id);
  };
  return { read, recent };
}
