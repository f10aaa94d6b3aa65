// Which visits of an execution called which function, so that a function's log lines find their state.

import { record } from '../bin/history/json';
import type { Timeline, Visit } from '../bin/history/timeline';

/** A visit to a state that calls a function. */
export interface Call {
  state: string;
  /** Keys of the visit and of those around it, the outermost first; as rows of the waterfall have them. */
  keys: readonly string[];
  /** The function's name as deployed. */
  name: string;
  enteredAt: number;
}

/** @param children timelines of nested executions, by ARN */
export function callsIn(
  visits: readonly Visit[],
  children: ReadonlyMap<string, Timeline>,
  prefix = '',
  around: readonly string[] = [],
): Call[] {
  return visits.flatMap((visit): Call[] => {
    const key = `${prefix}${visit.id}`;
    const keys = [...around, key];
    const name = functionOf(visit);
    const child = visit.child === undefined ? undefined : children.get(visit.child);
    const inner = child
      ? callsIn(child.visits, children, `${key}/`, keys)
      : visit.branches.flatMap((branch) => callsIn(branch, children, prefix, keys));
    const own = { state: visit.state, keys, enteredAt: visit.enteredAt.getTime() };
    return name === undefined ? inner : [{ ...own, name }, ...inner];
  });
}

/** The call during which a function logged: the latest before that moment, since it may run on when its state is left. */
export function callAt(calls: readonly Call[], name: string, at: Date): Call | undefined {
  const candidates = calls
    .filter((call) => call.name === name)
    .sort((one, other) => one.enteredAt - other.enteredAt);
  return candidates.findLast(({ enteredAt }) => enteredAt <= at.getTime()) ?? candidates[0];
}

/** `charge` of `arn:aws:lambda:eu-west-1:123456789012:function:charge:live`, and of `charge:live`. */
function functionOf({ resource, request }: Visit): string | undefined {
  const { FunctionName: name } = record(request);
  if (!resource?.startsWith('lambda') || typeof name !== 'string') return undefined;
  return name.startsWith('arn:') ? name.split(':')[6] : name.split(':')[0];
}
