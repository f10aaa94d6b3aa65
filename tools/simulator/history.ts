// The history of an execution: its events, in the shape of GetExecutionHistory.

import { tooLarge } from './errors';
import { toJson } from './long-integers';
import type { Clock, HistoryEvent } from './types';

/** The largest payload, in bytes of UTF-8. */
export const maxPayloadBytes = 262_144;
/** The most events of a history. A standard workflow fails when it is full. */
export const maxEvents = 25_000;

export type EventDetails = Record<string, unknown>;

export class History {
  readonly events: HistoryEvent[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly onEvent: ((event: HistoryEvent) => void) | undefined,
    private readonly onFull: () => void,
  ) {}

  /**
   * Records an event and returns its id. The name of its details follows from its type:
   * `TaskScheduled` has `taskScheduledEventDetails`; all `…StateEntered` and `…StateExited` share one each.
   */
  add(type: string, previousEventId: number, details?: EventDetails): number {
    const event: HistoryEvent = {
      id: this.events.length + 1,
      previousEventId,
      timestamp: this.clock.now(),
      type,
    };
    if (details) event[detailsKey(type)] = details;
    this.events.push(event);
    this.onEvent?.(event);
    // The last place is for the event that ends the execution.
    if (this.events.length === maxEvents - 1 && !type.startsWith('Execution')) this.onFull();
    return event.id;
  }
}

const detailsKeys = new Map<string, `${string}EventDetails`>();

function detailsKey(type: string): `${string}EventDetails` {
  let key = detailsKeys.get(type);
  if (!key) {
    const name = type.replace(
      /^(?:Task|Pass|Choice|Wait|Succeed|Fail|Parallel|Map)(State(?:Entered|Exited))$/,
      '$1',
    );
    key = `${name.charAt(0).toLowerCase()}${name.slice(1)}EventDetails`;
    detailsKeys.set(type, key);
  }
  return key;
}

/** The JSON of a payload. @throws StateError when it is larger than 256 KiB */
export function payload(value: unknown, of: string): string {
  const text = toJson(value);
  // UTF-8 has at most three bytes for each UTF-16 unit, so most texts need not be counted.
  if (text.length * 3 > maxPayloadBytes && Buffer.byteLength(text) > maxPayloadBytes) throw tooLarge(of);
  return text;
}

export const withText = (value: unknown, of: string) => ({ value, text: payload(value, of) });

export const inputDetails = (text: string) => ({ input: text, inputDetails: { truncated: false } });
export const outputDetails = (text: string) => ({ output: text, outputDetails: { truncated: false } });
