// A fake of Step Functions: a real SDK client whose requests are handled in process, so that
// serialisation, error classes and retries are the SDK's own.

import { SFNClient } from '@aws-sdk/client-sfn';
import { executionArn as arnOf, machineArn } from '../../contracts/names';
import type { HistoryEvent } from '../../tools/simulator/types';

export const STATE_MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:Orders';

/** A response of DescribeExecution; times in epoch seconds. */
export interface FakeExecution {
  executionArn: string;
  stateMachineArn: string;
  stateMachineVersionArn?: string;
  name: string;
  status: string;
  startDate: number;
  stopDate?: number;
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
  redriveStatus?: string;
  redriveStatusReason?: string;
}

type Answer = (input: Record<string, string>) => object;

/** Makes an operation fail with AWS's error of this name. */
export class Fault extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly statusCode = 400,
  ) {
    super(message);
  }
}

/** A state machine whose executions a test starts and ends itself. */
export class FakeStepFunctions {
  readonly executions = new Map<string, FakeExecution>();
  /** Histories by execution ARN. */
  readonly histories = new Map<string, readonly HistoryEvent[]>();
  /** The number of events on a page of a history, and of executions on a page of a list. */
  pageSize = 1000;
  /** Every request, in order. */
  readonly requests: { operation: string; input: Record<string, string> }[] = [];
  /** Replaces or adds operations. */
  readonly answers: Record<string, Answer> = {
    StartExecution: (input) => this.start(input),
    DescribeExecution: ({ executionArn = '' }) => {
      const found = this.executions.get(executionArn);
      if (!found) throw new Fault('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
      return found;
    },
    ListExecutions: ({ stateMachineArn, statusFilter, nextToken = '0' }) => {
      const found = [...this.executions.values()]
        .filter((each) => [each.stateMachineArn, each.stateMachineVersionArn].includes(stateMachineArn))
        .filter(({ status }) => statusFilter === undefined || status === statusFilter)
        .sort((a, b) => b.startDate - a.startDate);
      const from = Number(nextToken);
      const to = from + this.pageSize;
      return { executions: found.slice(from, to), ...(to < found.length && { nextToken: String(to) }) };
    },
    GetExecutionHistory: ({ executionArn = '', nextToken = '0' }) => {
      const events = this.histories.get(executionArn);
      if (!events) throw new Fault('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
      const from = Number(nextToken);
      const to = from + this.pageSize;
      return {
        events: events
          .slice(from, to)
          .map((event) => ({ ...event, timestamp: event.timestamp.getTime() / 1000 })),
        ...(to < events.length && { nextToken: String(to) }),
      };
    },
  };

  readonly client = new SFNClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: {
      handle: async (request: { headers: Record<string, string>; body: Uint8Array }) => {
        const target = request.headers['x-amz-target'] ?? '';
        const { statusCode, body } = this.respond(target, new TextDecoder().decode(request.body));
        return {
          response: {
            statusCode,
            headers: { 'content-type': 'application/x-amz-json-1.0' },
            body: Buffer.from(body),
          },
        };
      },
    },
  });

  /** Handles a request; `target` is e.g. `AWSStepFunctions.StartExecution`. */
  respond(target: string, text: string): { statusCode: number; body: string } {
    const operation = target.split('.')[1] ?? '';
    const input = JSON.parse(text);
    this.requests.push({ operation, input });
    try {
      const answer = this.answers[operation];
      if (!answer) throw new Fault('UnknownOperationException', operation);
      return { statusCode: 200, body: JSON.stringify(answer(input)) };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { type: __type, message, statusCode } = error;
      return { statusCode, body: JSON.stringify({ __type, message }) };
    }
  }

  /** Ends an execution. */
  end(name: string, how: Partial<FakeExecution>): FakeExecution {
    const execution = [...this.executions.values()].find((each) => each.name === name);
    if (!execution) throw new Error(`no execution ${name}`);
    return Object.assign(execution, { stopDate: 1_800_000_060, ...how });
  }

  /** As on AWS, a repeated start succeeds while the execution runs and the input is the same text. */
  private start({ stateMachineArn: qualified = '', name = '', input = '' }: Record<string, string>): object {
    const stateMachineArn = machineArn(qualified);
    const executionArn = arnOf(stateMachineArn, name);
    const earlier = this.executions.get(executionArn);
    if (earlier && (earlier.status !== 'RUNNING' || earlier.input !== input)) {
      throw new Fault('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    }
    const execution = earlier ?? {
      executionArn,
      stateMachineArn,
      name,
      input,
      status: 'RUNNING',
      startDate: 1_800_000_000,
    };
    this.executions.set(executionArn, execution);
    return { executionArn, startDate: execution.startDate };
  }
}
