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
  fields.only('Resource', 'Arguments', 'WriterConfig');
  const resource = fields.text('Resource');
  if (!resource.endsWith(':states:::s3:putObject')) fields.fail(`cannot write to '${resource}'`);
  const input = fields.template('Arguments') ?? fields.fail("needs the field 'Arguments'");
  const { contentOf, extension } = loadFormat(fields.object('WriterConfig'));

  return async (step, mapRunArn, children) => {
    const { Bucket, Prefix }: Record<string, unknown> = { ...Object(await step.evaluate(input)) };
    const [id] = mapRunArn.split(':').slice(-1);
    const folder = `${Prefix ? `${Prefix}/` : ''}${id}`;
    const stateMachineArn = mapRunArn.replace(':mapRun:', ':stateMachine:').slice(0, -`:${id}`.length);
    const put = async (file: string, Body: string) => {
      const object = { Bucket, Key: `${folder}/${file}`, Body, ContentType: 'application/json' };
      await callTask(step, resource, JSON.stringify(object), {});
      return { Key: object.Key, Size: Buffer.byteLength(Body) };
    };
    try {
      const ResultFiles: Record<string, unknown[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
      for (const [status, files] of Object.entries(ResultFiles)) {
        const own = children.filter((child) => fileOf(child) === status);
        if (own.length > 0)
          files.push(await put(`${status}_0.${extension}`, contentOf(own, stateMachineArn)));
      }
      const manifest = { DestinationBucket: Bucket, MapRunArn: mapRunArn, ResultFiles };
      const { Key } = await put('manifest.json', JSON.stringify(manifest));
      return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket, Key } };
    } catch (thrown) {
      if (thrown instanceof Interrupted) throw thrown;
      throw new StateError('States.ResultWriterFailed', asStateError(thrown).reason);
    }
  };
}

/** How the children of one file are written. What FLATTEN does to outputs, it leaves undone for children that failed. */
function loadFormat(config: Fields | undefined) {
  config?.only('Transformation', 'OutputType');
  const transformation = config?.optionalText('Transformation') ?? 'NONE';
  const type = config?.optionalText('OutputType') ?? 'JSON';
  if (transformation !== 'NONE' && transformation !== 'FLATTEN') {
    config?.fail(`has the unsupported Transformation '${transformation}'`);
  }
  if (type !== 'JSON' && type !== 'JSONL') config?.fail(`has the unknown OutputType '${type}'`);
  return {
    extension: type.toLowerCase(),
    contentOf(children: readonly Child[], stateMachineArn: string): string {
      const records = children.flatMap((child) =>
        transformation === 'FLATTEN' && fileOf(child) === 'SUCCEEDED'
          ? child.execution?.result?.output
          : record(child, stateMachineArn),
      );
      return type === 'JSON'
        ? JSON.stringify(records)
        : records.map((item) => `${JSON.stringify(item)}\n`).join('');
    },
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
