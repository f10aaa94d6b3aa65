// Turns an execution's events into a timeline: which states were visited, how often each was tried, and the result.

import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { answerOf, errorOf, failureDetails } from './events';
import { parsed, record } from './json';
import { withoutTokens } from './tokens';

/** One call of a service: a Task has one for each try. */
export interface Try {
  startedAt: Date;
  endedAt?: Date;
  error?: string;
  cause?: string;
  timeoutSeconds?: number;
}

/** One visit to one state. */
export interface Visit {
  /** Number of the event that entered it. */
  id: number;
  state: string;
  /** Task, Choice, Parallel, … */
  type: string;
  enteredAt: Date;
  exitedAt?: Date;
  tries: Try[];
  /** What a Task called, such as `lambda:invoke`. */
  resource?: string;
  /** What the state was entered with, and the arguments of its latest call; without task tokens. */
  input?: unknown;
  request?: unknown;
  /** Result of the call: a function's payload, an HTTP response's body, or else the service's whole response. */
  answer?: unknown;
  /** The variables that the state assigned, when it assigned any. */
  variables?: Record<string, unknown>;
  /** Error of an expression that failed. */
  failure?: { error: string; cause: string };
  /** ARN of the execution that it started and waited for. */
  child?: string;
  /** ARNs of the Map Runs of a distributed Map: one more for each retry. */
  mapRuns?: string[];
  /** Branches of a Parallel, iterations of a Map. */
  branches: Visit[][];
}

export interface Timeline {
  startedAt: Date;
  /** Number of the state machine's version that it runs on; absent when it was started past every alias. */
  version?: number;
  input: unknown;
  redrivenAt: Date[];
  visits: Visit[];
  /** Billed transitions: one for the start, for each state entered and for each retry. */
  transitions: number;
  /** Absent while the execution runs. */
  end?: {
    at: Date;
    status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
    output?: unknown;
    error?: string;
    cause?: string;
  };
}

/** Position of a visit in the tree of branches. Events do not contain it: they only name the event before them. */
interface Place {
  visit: Visit;
  parent: Place | undefined;
  siblings: Visit[];
}

/** `events` are those of GetExecutionHistory, oldest first. */
export function timelineOf(events: readonly HistoryEvent[]): Timeline {
  const reader = new Reader();
  for (const event of events) reader.read(event);
  return reader.timeline;
}

class Reader {
  readonly timeline: Timeline = {
    startedAt: new Date(0),
    input: {},
    redrivenAt: [],
    visits: [],
    transitions: 1,
  };
  private readonly places = new Map<number, Place>();
  /** Visits that were entered and not left. */
  private readonly open: Place[] = [];

  read(event: HistoryEvent): void {
    const type = event.type ?? '';
    const at = event.timestamp ?? new Date(0);
    if (type.startsWith('Execution')) {
      this.readExecution(type, event, at);
      return;
    }
    const place = type.endsWith('StateEntered') ? this.enter(event, at) : this.find(event);
    if (!place) return;
    this.places.set(event.id ?? 0, place);
    this.apply(event, place, at);
  }

  private readExecution(type: string, event: HistoryEvent, at: Date): void {
    const { timeline } = this;
    switch (type) {
      case 'ExecutionStarted':
        timeline.startedAt = at;
        timeline.input = parsed(event.executionStartedEventDetails?.input);
        Object.assign(timeline, versionIn(event.executionStartedEventDetails?.stateMachineVersionArn));
        break;
      case 'ExecutionRedriven':
        timeline.redrivenAt.push(at);
        delete timeline.end;
        break;
      case 'ExecutionSucceeded':
        timeline.end = {
          at,
          status: 'SUCCEEDED',
          output: parsed(event.executionSucceededEventDetails?.output),
        };
        break;
      case 'ExecutionFailed':
        timeline.end = { at, status: 'FAILED', ...errorOf(event.executionFailedEventDetails) };
        break;
      case 'ExecutionTimedOut':
        timeline.end = { at, status: 'TIMED_OUT', ...errorOf(event.executionTimedOutEventDetails) };
        break;
      case 'ExecutionAborted':
        timeline.end = { at, status: 'ABORTED', ...errorOf(event.executionAbortedEventDetails) };
        break;
    }
  }

  private enter(event: HistoryEvent, at: Date): Place {
    const state = event.stateEnteredEventDetails?.name ?? '';
    const type = (event.type ?? '').replace('StateEntered', '');
    const input = withoutTokens(parsed(event.stateEnteredEventDetails?.input));
    const visit: Visit = { id: event.id ?? 0, state, type, enteredAt: at, tries: [], branches: [] };
    if (input !== undefined) visit.input = input;
    const { parent, siblings } = this.placeAfter(event, state);
    const place = { visit, parent, siblings };
    place.siblings.push(visit);
    this.open.push(place);
    this.timeline.transitions++;
    return place;
  }

  private placeAfter(event: HistoryEvent, state: string): Omit<Place, 'visit'> {
    const before = this.places.get(event.previousEventId ?? 0);
    if (!before) {
      // This is the first state, or a failed state, at any depth, that a redrive enters again.
      const failed = this.open.find(({ visit }) => visit.state === state);
      if (failed) this.close(failed);
      return failed ?? { parent: undefined, siblings: this.timeline.visits };
    }
    if (before.visit.exitedAt) return before;
    const siblings: Visit[] = [];
    before.visit.branches.push(siblings);
    return { parent: before, siblings };
  }

  /** Finds the visit that an event belongs to: that of the event before it, or one that encloses it. */
  private find(event: HistoryEvent): Place | undefined {
    const type = event.type ?? '';
    const name =
      event.stateExitedEventDetails?.name ??
      event.evaluationFailedEventDetails?.state ??
      event.mapIterationStartedEventDetails?.name ??
      event.mapIterationSucceededEventDetails?.name ??
      event.mapIterationFailedEventDetails?.name ??
      event.mapIterationAbortedEventDetails?.name;
    const kind = /^(?:Parallel|Map)/.exec(type)?.[0];
    const isMeant = ({ visit }: Place) =>
      !visit.exitedAt && (name === undefined || visit.state === name) && (!kind || visit.type === kind);

    let place = this.places.get(event.previousEventId ?? 0);
    while (place && !isMeant(place)) place = place.parent;
    // A failed expression and a call after a redrive follow no event of their own state.
    return place ?? this.open.findLast(isMeant);
  }

  private apply(event: HistoryEvent, place: Place, at: Date): void {
    const { visit } = place;
    const type = event.type ?? '';
    const latest = visit.tries.at(-1);
    if (type.endsWith('StateExited')) {
      visit.exitedAt = at;
      const assigned = Object.entries(event.stateExitedEventDetails?.assignedVariables ?? {});
      if (assigned.length > 0) {
        visit.variables = Object.fromEntries(assigned.map(([name, text]) => [name, parsed(text)]));
      }
      this.close(place);
    } else if (/^(Task|LambdaFunction)Scheduled$/.test(type) || /^(Parallel|Map)StateStarted$/.test(type)) {
      this.begin(event, visit, at);
    } else if (type === 'TaskSubmitted') {
      const { ExecutionArn: child } = record(parsed(event.taskSubmittedEventDetails?.output));
      if (typeof child === 'string') visit.child = child;
    } else if (type === 'MapRunStarted') {
      const { mapRunArn } = event.mapRunStartedEventDetails ?? {};
      if (mapRunArn !== undefined) visit.mapRuns = [...(visit.mapRuns ?? []), mapRunArn];
    } else if (/^(Task|LambdaFunction)Succeeded$/.test(type) && latest) {
      latest.endedAt = at;
      visit.answer = answerOf(event);
    } else if (/^(Task|LambdaFunction)(\w*Failed|TimedOut)$/.test(type) && latest) {
      Object.assign(latest, { endedAt: at, ...errorOf(failureDetails(event)) });
    } else if (type === 'EvaluationFailed') {
      const { error = '', cause = '' } = event.evaluationFailedEventDetails ?? {};
      visit.failure = { error, cause };
    }
  }

  private begin(event: HistoryEvent, visit: Visit, at: Date): void {
    const task = event.taskScheduledEventDetails;
    const lambda = event.lambdaFunctionScheduledEventDetails;
    const timeoutSeconds = task?.timeoutInSeconds ?? lambda?.timeoutInSeconds;
    visit.tries.push({ startedAt: at, ...(timeoutSeconds !== undefined && { timeoutSeconds }) });
    // A redriven Task is billed like a retry: as one transition.
    if (visit.tries.length > 1) this.timeline.transitions++;
    const request = withoutTokens(parsed(task?.parameters ?? lambda?.input));
    if (request !== undefined) visit.request = request;
    if (task) visit.resource = `${task.resourceType}:${task.resource}`;
    else if (lambda) visit.resource = 'lambda';
  }

  private close(place: Place): void {
    const index = this.open.indexOf(place);
    if (index >= 0) this.open.splice(index, 1);
  }
}

const versionIn = (arn: string | undefined): Pick<Timeline, 'version'> =>
  arn === undefined ? {} : { version: Number(arn.split(':').at(-1)) };
