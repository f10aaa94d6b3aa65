// GetExecutionHistory.
import type { HistoryEvent } from '../../types';
import { requireExecutionArn } from '../arns';
import { page } from '../paging';
import { flag, pageSize, text } from '../protocol';
import type { Operation } from '../service';
import type { StateMachineSnapshot } from '../state-machines';

/** Members of an event's details that `includeExecutionData: false` leaves out. */
const DATA = ['input', 'output', 'parameters', 'assignedVariables'];

export const GetExecutionHistory: Operation = (request, { executions }) => {
  const arn = requireExecutionArn(text(request, 'executionArn', 256));
  const { execution, machine } = executions.find(arn);
  const reverse = flag(request, 'reverseOrder', false);
  const withData = flag(request, 'includeExecutionData', true);
  const { page: events, nextToken } = page(reverse ? execution.events.toReversed() : execution.events, {
    request,
    question: `history ${reverse} ${arn}`,
    size: pageSize(request),
    // Positions must increase from page to page.
    position: ({ id }) => (reverse ? -id : id),
  });
  const complete = events.map((event) => startedOn(event, machine));
  return { events: withData ? complete : complete.map(withoutData), nextToken };
};

/** The interpreter knows of no versions. */
const startedOn = (event: HistoryEvent, { versionArn, aliasArn }: StateMachineSnapshot): HistoryEvent =>
  event.type === 'ExecutionStarted'
    ? {
        ...event,
        executionStartedEventDetails: {
          ...event.executionStartedEventDetails,
          stateMachineVersionArn: versionArn,
          stateMachineAliasArn: aliasArn,
        },
      }
    : event;

function withoutData(event: HistoryEvent): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(event).map(([key, details]) => [
      key,
      key.endsWith('EventDetails') ? spare(details) : details,
    ]),
  );
}

const spare = (details: object) =>
  Object.fromEntries(Object.entries(details).filter(([member]) => !DATA.includes(member)));
