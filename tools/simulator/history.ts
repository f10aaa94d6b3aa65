// The execution's events, in the shape of GetExecutionHistory.

import { tooLarge } from './errors';
import type { Clock, HistoryEvent } from './types';

/** A payload's limit in bytes of UTF-8. */
export const maxPayloadBytes = 262_144;
/** Standard workflows end when their history is full. */
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
   * Records an event and answers its id. The details' key follows from the type:
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
    // The last place is for the event that tells why.
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

/** A payload as JSON text, at most 256 KiB. */
export function payload(value: unknown, of: string): string {
  const text = JSON.stringify(value) ?? 'null';
  // UTF-8 takes at most three bytes for each UTF-16 unit: most texts need no counting.
  if (text.length * 3 > maxPayloadBytes && Buffer.byteLength(text) > maxPayloadBytes) throw tooLarge(of);
  return text;
}

export const withText = (value: unknown, of: string) => ({ value, text: payload(value, of) });

export const inputDetails = (text: string) => ({ input: text, inputDetails: { truncated: false } });
export const outputDetails = (text: string) => ({ output: text, outputDetails: { truncated: false } });
