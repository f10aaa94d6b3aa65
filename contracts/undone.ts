// How a failed execution says whether anything is left of it: the Fail states in statemachines/ put the word first in
// their cause, where it survives when the rest is cut off. Synth holds them to it (lib/workflow/fail-states.ts).

/** True when nothing is left of a failed execution and the next attempt may start. Takes the execution's cause. */
export const saysUndone = (cause: string | undefined): boolean =>
  cause?.startsWith('{"undone":true') ?? false;

/** True when a failed execution ended at a Fail state, where a redrive would only fail again. Takes its cause. */
export const endedAtFailState = (cause: string | undefined): boolean =>
  cause?.startsWith('{"undone":') ?? false;
