import { createHash } from 'node:crypto';
import { ExecutionDoesNotExist } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { IdempotencyConflict } from '../../client/errors';
import { startOnce } from '../../client/start';
import { describeExecution, type ExecutionState } from '../../client/status';
import { executionArn as arnOf } from '../../contracts/names';
import type { BulkOrdersInput, BulkOrdersOutcome } from '../../contracts/types';
import type { Cloud } from '../cli/cloud';
import type { Context } from '../cli/context';
import { stateMachineArn } from '../cli/executions';
import { showStatus, untilEnded } from '../cli/follow';
import { readInput } from '../cli/input';
import { moment } from '../terminal/text';

export function addImport(program: Command, context: Context): void {
  program
    .command('import')
    .description(
      'start an order for each line of a file (JSON Lines). The same file again is the same import',
    )
    .argument('<file>', 'one order as JSON on each line')
    .option(
      '--again',
      'repeat it when it has ended: starts the orders that never started or ended undone, leaves the others alone',
    )
    .option('--wait', 'wait for the summary. Exits with 1 when the import failed')
    .action(async (file: string, options: { again?: true; wait?: true }) => {
      const { io, command } = context;
      const bytes = await readInput(file, io);
      const cloud = await context.cloud();
      const imports = await importsOf(cloud, bytes);
      const latest = await imports.latest();
      const hasEnded = latest !== undefined && 'endedAt' in latest;
      if (hasEnded && !options.again) {
        const repeat = command(`import ${file} --again`);
        io.err(`This import has ended. For the orders that never started or ended undone: ${repeat}`);
      }
      if (latest && !hasEnded && options.again) io.err('The import still runs, so it is not repeated.');

      const { name, executionArn, startedAt } =
        latest && !(hasEnded && options.again) ? latest : await imports.start(latest && numberOf(latest));
      const id = { name, arn: executionArn };
      if (options.wait) {
        await showStatus(context, id, await untilEnded(context, id));
        return;
      }
      io.out(`${name}  started ${moment(startedAt)}\n${id.arn}`);
      io.err(`Follow it: ${command(`status ${name} --watch`)}`);
    });
}

type Import = ExecutionState<BulkOrdersOutcome>;

/** `import-<hash>` is the first import of its file, `import-<hash>_2` the second. */
const numberOf = ({ name }: Import) => Number(name.split('_')[1] ?? 1);

/** The imports of a file are named after its content, so that it is the same file whatever its path. */
async function importsOf(cloud: Cloud, bytes: Uint8Array) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  const machine = await stateMachineArn(cloud, 'import');
  const nameOf = (number: number) => (number === 1 ? `import-${hash}` : `import-${hash}_${number}`);

  async function find(number: number): Promise<Import | undefined> {
    try {
      return await describeExecution(cloud.sfn, arnOf(machine, nameOf(number)));
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  }

  return {
    async latest(): Promise<Import | undefined> {
      let latest: Import | undefined;
      for (let number = 1; ; number++) {
        const next = await find(number);
        if (!next) return latest;
        latest = next;
      }
    },

    /** Starts the import after the one with this number; any but the first is a repeat. */
    async start(after = 0): Promise<Pick<Import, 'name' | 'executionArn' | 'startedAt'>> {
      const bucket = await cloud.output('OrderProcessing', 'BulkOrdersBucketName');
      const key = `uploads/${hash}.jsonl`;
      const { PutObjectCommand } = await import('@aws-sdk/client-s3');
      const s3 = await cloud.clients.s3();
      const { VersionId: versionId } = await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }),
      );
      const input: BulkOrdersInput = { bucket, key, versionId, ...(after > 0 && { again: true }) };
      try {
        return await startOnce(cloud.sfn, { stateMachineArn: machine, name: nameOf(after + 1), input });
      } catch (error) {
        // Somebody else uploaded the same content at the same moment and started the import with that version.
        const other = error instanceof IdempotencyConflict ? await find(after + 1) : undefined;
        if (!other) throw error;
        return other;
      }
    },
  };
}
