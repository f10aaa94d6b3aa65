// ResultWriter: what became of each child of a Distributed Map, as files in S3 with a manifest.

import { asStateError, Interrupted, StateError } from '../errors';
import type { Fields } from '../fields';
import type { Step } from '../step';
import type { Execution } from '../types';
import type { Child } from './map-run';
import { callTask } from './task-call';

/** Answers the Map's result. Fails with States.ResultWriterFailed. */
export type ResultWriter = (step: Step, mapRunArn: string, children: readonly Child[]) => Promise<unknown>;

export function loadResultWriter(fields: Fields | undefined): ResultWriter | undefined {
  if (!fields) return undefined;
  fields.only('Resource', 'Arguments');
  const resource = fields.text('Resource');
  if (!resource.endsWith(':states:::s3:putObject')) fields.fail(`cannot write to '${resource}'`);
  const input = fields.template('Arguments') ?? fields.fail("needs the field 'Arguments'");

  return async (step, mapRunArn, children) => {
    const { Bucket, Prefix }: Record<string, unknown> = { ...Object(await step.evaluate(input)) };
    const [id] = mapRunArn.split(':').slice(-1);
    const folder = `${Prefix ? `${Prefix}/` : ''}${id}`;
    const stateMachineArn = mapRunArn.replace(':mapRun:', ':stateMachine:').slice(0, -`:${id}`.length);
    const put = async (file: string, content: unknown) => {
      const Body = JSON.stringify(content);
      const object = { Bucket, Key: `${folder}/${file}`, Body, ContentType: 'application/json' };
      await callTask(step, resource, JSON.stringify(object), {});
      return { Key: object.Key, Size: Buffer.byteLength(Body) };
    };
    try {
      const ResultFiles: Record<string, unknown[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
      for (const [status, files] of Object.entries(ResultFiles)) {
        const records = children
          .filter((child) => fileOf(child) === status)
          .map((child) => record(child, stateMachineArn));
        if (records.length > 0) files.push(await put(`${status}_0.json`, records));
      }
      const manifest = { DestinationBucket: Bucket, MapRunArn: mapRunArn, ResultFiles };
      const { Key } = await put('manifest.json', manifest);
      return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket, Key } };
    } catch (thrown) {
      if (thrown instanceof Interrupted) throw thrown;
      throw new StateError('States.ResultWriterFailed', asStateError(thrown).reason);
    }
  };
}

function fileOf({ execution }: Child): string {
  if (!execution) return 'PENDING';
  return execution.status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED';
}

function record({ input, execution }: Child, StateMachineArn: string): unknown {
  const Input = JSON.stringify(input);
  const InputDetails = { Included: true };
  const common = { Input, InputDetails, StateMachineArn };
  return execution ? { ...described(execution), ...common } : { ...common, Status: 'PENDING' };
}

function described(execution: Execution): Record<string, unknown> {
  const { result, notRedrivable } = execution;
  return {
    ExecutionArn: execution.arn,
    Name: execution.name,
    ...(result && 'output' in result && { Output: JSON.stringify(result.output) }),
    OutputDetails: { Included: true },
    ...(result?.error !== undefined && { Error: result.error }),
    ...(result?.cause !== undefined && { Cause: result.cause }),
    RedriveCount: execution.redriveCount,
    RedriveStatus: notRedrivable ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
    ...(notRedrivable && { RedriveStatusReason: notRedrivable }),
    StartDate: execution.startDate,
    Status: execution.status,
    StopDate: execution.stopDate,
  };
}
