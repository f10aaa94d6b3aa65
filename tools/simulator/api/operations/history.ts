// GetExecutionHistory.
import type { HistoryEvent } from '../../types';
import { requireExecutionArn } from '../arns';
import { page } from '../paging';
import { flag, pageSize, text } from '../protocol';
import type { Operation } from '../service';

/** Members of an event's details that `includeExecutionData: false` leaves out. */
const DATA = ['input', 'output', 'parameters', 'assignedVariables'];

export const GetExecutionHistory: Operation = (request, { executions }) => {
  const arn = requireExecutionArn(text(request, 'executionArn', 256));
  const { execution } = executions.find(arn);
  const reverse = flag(request, 'reverseOrder', false);
  const withData = flag(request, 'includeExecutionData', true);
  const { page: events, nextToken } = page(reverse ? execution.events.toReversed() : execution.events, {
    request,
    question: `history ${reverse} ${arn}`,
    size: pageSize(request),
    // Positions must increase from page to page.
    position: ({ id }) => (reverse ? -id : id),
  });
  return { events: withData ? events : events.map(withoutData), nextToken };
};

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
