// ResultWriter: writes the results of a Distributed Map's children to files in S3, with a manifest.

import { asStateError, Interrupted, StateError } from '../errors';
import type { Fields } from '../fields';
import { toJson } from '../long-integers';
import type { Step } from '../step';
import type { Execution } from '../types';
import type { Child } from './map-run';
import { callTask } from './task-call';

/** Returns the Map's result. Throws States.ResultWriterFailed. */
export type ResultWriter = (step: Step, mapRunArn: string, children: readonly Child[]) => Promise<unknown>;

/** Without a Resource it writes nothing and returns what the file of succeeded children would contain. */
export function loadResultWriter(fields: Fields | undefined): ResultWriter {
  if (!fields) return async (_step, _arn, children) => succeeded(children).flatMap(outputOf);
  const config = fields.object('WriterConfig');
  const { recordsOf, contentOf, extension } = loadFormat(config);
  if (fields.get('Resource') === undefined) {
    if (!config || fields.get('Arguments') !== undefined) fields.fail("needs the field 'Resource'");
    return async (_step, mapRunArn, children) => {
      const records = recordsOf(succeeded(children), mapRunArn);
      return extension === 'json' ? records : contentOf(records);
    };
  }
  const resource = fields.text('Resource');
  const input = fields.requiredTemplate('Arguments');

  return async (step, mapRunArn, children) => {
    const { Bucket, Prefix }: Record<string, unknown> = { ...Object(await step.evaluate(input)) };
    const [id] = mapRunArn.split(':').slice(-1);
    const folder = `${Prefix ? `${Prefix}/` : ''}${id}`;
    const put = async (file: string, Body: string) => {
      const object = { Bucket, Key: `${folder}/${file}`, Body, ContentType: 'application/json' };
      await callTask(step, resource, JSON.stringify(object));
      return { Key: object.Key, Size: Buffer.byteLength(Body) };
    };
    try {
      const ResultFiles: Record<string, unknown[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
      for (const [status, files] of Object.entries(ResultFiles)) {
        const own = children.filter((child) => fileOf(child) === status);
        if (own.length === 0) continue;
        files.push(await put(`${status}_0.${extension}`, contentOf(recordsOf(own, mapRunArn))));
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

const succeeded = (children: readonly Child[]) => children.filter((child) => fileOf(child) === 'SUCCEEDED');

/** Empty for a child that did not succeed. */
const outputOf = ({ execution }: Child): unknown[] =>
  execution?.result?.status === 'SUCCEEDED' ? [execution.result.output] : [];

/** WriterConfig. The Transformation applies to outputs only; failed children are written in full. */
function loadFormat(config: Fields | undefined) {
  const transformation = config?.optionalText('Transformation') ?? 'NONE';
  const type = config?.optionalText('OutputType') ?? 'JSON';
  return {
    extension: type.toLowerCase(),
    recordsOf(children: readonly Child[], mapRunArn: string): unknown[] {
      const stateMachineArn = mapRunArn.replace(':mapRun:', ':stateMachine:').replace(/:[^:]*$/, '');
      return children.flatMap((child) => {
        if (transformation === 'NONE' || fileOf(child) !== 'SUCCEEDED')
          return [record(child, stateMachineArn)];
        const outputs = outputOf(child);
        return transformation === 'FLATTEN' ? outputs.flat() : outputs;
      });
    },
    contentOf: (records: unknown[]): string =>
      type === 'JSON' ? toJson(records) : records.map((item) => `${toJson(item)}\n`).join(''),
  };
}

function fileOf({ execution }: Child): string {
  if (!execution) return 'PENDING';
  return execution.status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED';
}

function record({ input, execution }: Child, StateMachineArn: string): unknown {
  const Input = toJson(input);
  const InputDetails = { Included: true };
  const common = { Input, InputDetails, StateMachineArn };
  return execution ? { ...described(execution), ...common } : { ...common, Status: 'PENDING' };
}

function described(execution: Execution): Record<string, unknown> {
  const { result, notRedrivable } = execution;
  return {
    ExecutionArn: execution.arn,
    Name: execution.name,
    ...(result && 'output' in result && { Output: toJson(result.output) }),
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
