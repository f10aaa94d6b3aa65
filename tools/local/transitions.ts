// How many state transitions AWS bills for an execution: one for its start, one for each state entered, one for
// each retry (docs: aws.amazon.com/step-functions/pricing).

interface Event {
  id?: number | undefined;
  previousEventId?: number | undefined;
  type?: string | undefined;
}

/** From the whole history of a Standard execution, as GetExecutionHistory gives it. */
export function billedTransitions(events: readonly Event[]): number {
  const entered = events.filter(({ type }) => type?.endsWith('StateEntered')).length;
  return (
    1 + entered + taskRetries(events) + containerRetries(events, 'Parallel') + containerRetries(events, 'Map')
  );
}

/** A retry schedules its task once more without entering the state anew. */
function taskRetries(events: readonly Event[]): number {
  const byId = new Map(events.map((event) => [event.id, event]));
  const stateOf = (event: Event): number | undefined => {
    let earlier = byId.get(event.previousEventId);
    while (earlier && !earlier.type?.endsWith('StateEntered')) earlier = byId.get(earlier.previousEventId);
    return earlier?.id;
  };
  const scheduled = events.filter(({ type }) => type?.endsWith('Scheduled'));
  return scheduled.length - new Set(scheduled.map(stateOf)).size;
}

function containerRetries(events: readonly Event[], kind: 'Parallel' | 'Map'): number {
  const count = (type: string) => events.filter((event) => event.type === type).length;
  return Math.max(0, count(`${kind}StateStarted`) - count(`${kind}StateEntered`));
}
