import { createHash } from 'node:crypto';
import { ExecutionDoesNotExist } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { IdempotencyConflict } from '../../client/errors';
import { startOnce } from '../../client/start';
import { describeExecution } from '../../client/status';
import { executionArn } from '../../contracts/names';
import type { Cloud } from '../cli/cloud';
import type { Context } from '../cli/context';
import { type ExecutionId, stateMachineArn } from '../cli/executions';
import { showStatus, untilEnded } from '../cli/follow';
import { readInput } from '../cli/input';
import { wholeNumber } from '../cli/options';
import { moment } from '../terminal/text';

export function addImport(program: Command, context: Context): void {
  program
    .command('import')
    .description(
      'start an order for each line of a file (JSON Lines). The same file again is the same import',
    )
    .argument('<file>', 'one order as JSON on each line')
    .option(
      '--attempt <n>',
      '2 or more imports the same file once more: no order starts twice',
      wholeNumber(1, 999),
      1,
    )
    .option('--wait', 'wait for the summary. Exits with 1 when the import failed')
    .action(async (file: string, options: { attempt: number; wait?: true }) => {
      const bytes = await readInput(file, context.io);
      const cloud = await context.cloud();
      const { id, startedAt } = await importOnce(cloud, bytes, options.attempt);
      if (options.wait) {
        await showStatus(context, id, await untilEnded(context, id));
        return;
      }
      context.io.out(`${id.name}  started ${moment(startedAt)}\n${id.arn}`);
      context.io.err(`Follow it: ${context.command(`status ${id.name} --watch`)}`);
    });
}

/** The execution is named after the file's content, so that the same file is imported once, whatever its path. */
async function importOnce(
  cloud: Cloud,
  bytes: Uint8Array,
  attempt: number,
): Promise<{ id: ExecutionId; startedAt: Date }> {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  const machine = await stateMachineArn(cloud, 'import');
  const name = attempt === 1 ? `import-${hash}` : `import-${hash}_${attempt}`;
  const id = { name, arn: executionArn(machine, name) };

  const earlier = await find(cloud, id);
  if (earlier) return { id, startedAt: earlier.startedAt };
  const bucket = await cloud.output('OrderProcessing', 'BulkOrdersBucketName');
  const key = `uploads/${hash}.jsonl`;
  const { PutObjectCommand } = await import('@aws-sdk/client-s3');
  const s3 = await cloud.clients.s3();
  const { VersionId: versionId } = await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }),
  );
  try {
    const started = await startOnce(cloud.sfn, {
      stateMachineArn: machine,
      name,
      input: { bucket, key, versionId },
    });
    return { id, startedAt: started.startedAt };
  } catch (error) {
    // Somebody else uploaded the same content at the same moment and started the import with that version.
    const other = error instanceof IdempotencyConflict ? await find(cloud, id) : undefined;
    if (!other) throw error;
    return { id, startedAt: other.startedAt };
  }
}

async function find(cloud: Cloud, { arn }: ExecutionId) {
  try {
    return await describeExecution(cloud.sfn, arn);
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}
