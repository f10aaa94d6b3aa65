// Asks for what somebody looks at, and again while it may change; nobody is asked for what is not shown.

export interface Demand<T> {
  /** Says what is looked at now, and asks for it when that is something else. Undefined: nothing. */
  look(at: string | undefined): void;
  /** Asks again for what is looked at, unless it cannot change. */
  again(): void;
  /** What is known of what is looked at. */
  answer(): { is: T | undefined; problem: string };
}

/** @param render shows what was answered */
export function demand<T>(
  ask: (at: string) => Promise<T>,
  { mayChange, render }: { mayChange: (answer: T) => boolean; render: () => void },
): Demand<T> {
  let at: string | undefined;
  let is: T | undefined;
  let problem = '';
  let isAsking = false;

  async function read(what: string): Promise<void> {
    isAsking = true;
    const [answer, said] = await ask(what).then(
      (got): [T, string] => [got, ''],
      (error: unknown): [undefined, string] => [
        undefined,
        error instanceof Error ? error.message : String(error),
      ],
    );
    if (at !== what) return;
    is = answer ?? is;
    problem = said;
    isAsking = false;
    render();
  }

  return {
    look(next) {
      if (next === at) return;
      at = next;
      is = undefined;
      problem = '';
      isAsking = false;
      if (at !== undefined) void read(at);
    },
    again() {
      if (at !== undefined && !isAsking && (is === undefined || mayChange(is))) void read(at);
    },
    answer: () => ({ is, problem }),
  };
}
