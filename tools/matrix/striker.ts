/** Carries a plan's strikes out, and notes which calls there were and which of them were struck. */
import { caller } from '../doubles/caller';
import {
  type Fault,
  type FaultyCall,
  fails,
  killedAfterwards,
  killedBefore,
  late,
  repliesLate,
  replyLost,
  twice,
  worksButFails,
} from '../doubles/faults';
import { type Strike, strikeText } from './plan';

/** A call's place, the same in every run and deployment: without accounts, Regions, ids and Map Runs. */
const placeOf = (place: string): string =>
  place
    .replace(/ (?:arn:\S*:|https?:\S*\/)(\S+)$/, ' $1')
    .replace(/\/[0-9a-f]{8}-[0-9a-f-]{27}(?=\/)/, '/*')
    .replace(/\/(?:pi|cus|pm|re)_\w+/g, '/*')
    .trim();

/** The caller's client gives up at once; the request arrives so many seconds later. */
const arrivesLate =
  (seconds: number): Fault =>
  async (work, call) => {
    call.clock
      .sleep(seconds)
      .then(work)
      .catch(() => {});
    throw await call.error('timeout');
  };

export class Striker {
  /** How often each place was called, in the order of its first call. */
  readonly places = new Map<string, number>();
  /** The strikes that really struck, once for each time. */
  readonly hits: Strike[] = [];
  /** Stops the execution that is struck, as an operator does. */
  stop: () => void = () => {};
  /** Lets the authorisations of cards expire. */
  expire: () => void = () => {};
  /** Hears of each call of a service, once it is over. */
  afterCall: () => void = () => {};
  private strikes: readonly Strike[];
  private isOver = false;
  private readonly faults: ReadonlyMap<Strike, Fault>;

  /** @param given those that are part of the scenario: they last */
  constructor(
    private readonly planned: readonly Strike[],
    private readonly given: readonly Strike[] = [],
  ) {
    this.strikes = [...planned, ...given];
    this.faults = new Map(this.strikes.map((strike) => [strike, this.faultOf(strike)]));
  }

  /** For the states of the execution that is struck. */
  readonly state: Fault = (work, call) => this.strike(call.place, work, call);

  /** For calls that functions and people make. What Step Functions calls itself is struck at its state. */
  readonly service: Fault = async (work, call) => {
    if (!caller.getStore()?.kill) return work();
    try {
      return await this.strike(placeOf(call.place), work, call);
    } finally {
      this.afterCall();
    }
  };

  /** Strikes without an end have passed. */
  heal(): void {
    this.strikes = [...this.planned.filter(({ to }) => Number.isFinite(to)), ...this.given];
  }

  /** Nothing strikes any more, nor is counted. */
  end(): void {
    this.isOver = true;
  }

  /** Planned strikes that never came to strike. */
  get missed(): string[] {
    return this.planned.filter((strike) => !this.hits.includes(strike)).map(strikeText);
  }

  private strike(place: string, work: () => Promise<unknown>, call: FaultyCall): Promise<unknown> {
    if (this.isOver) return work();
    const count = (this.places.get(place) ?? 0) + 1;
    this.places.set(place, count);
    const strike = this.strikes.find(
      (each) => each.place === place && each.from <= count && count <= each.to,
    );
    const fault = strike && this.faults.get(strike);
    if (!fault) return work();
    this.hits.push(strike);
    return fault(work, call);
  }

  private faultOf({ fault }: Strike): Fault {
    const [word, ...rest] = fault.split(':');
    const detail = rest.join(':');
    switch (word) {
      case 'fails':
        return fails(detail);
      case 'worksButFails':
        return worksButFails(detail);
      case 'replyLost':
        return replyLost;
      case 'killedBefore':
        return killedBefore;
      case 'killedAfterwards':
        return killedAfterwards;
      case 'late':
        return late(Number(detail));
      case 'arrivesLate':
        return arrivesLate(Number(detail));
      case 'repliesLate':
        return repliesLate(Number(detail));
      case 'twice':
        return twice(Number(detail));
      case 'stop':
        return this.stopping(detail);
      case 'expires':
        return (work) => {
          this.expire();
          return work();
        };
      default:
        throw new Error(`No fault is called "${fault}".`);
    }
  }

  /** StopExecution before the request is sent, while it is under way, or before its answer arrives. */
  private stopping(when: string): Fault {
    return async (work, call) => {
      if (when === 'after') await call.request().catch(() => {});
      this.stop();
      return when === 'while' ? work() : undefined;
    };
  }
}
