// Imports a file of 25 orders, one of them broken, through the command line.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../../bin/local-cloud/paths';
import { executionArn } from '../../../contracts/names';
import type { BulkOrdersOutcome, ImportSummary } from '../../../contracts/types';
import type { LocalCloud } from '../cloud';
import { stock } from '../seed';
import { getItem, outputs } from './orders';
import { workflows } from './reviews';
import { type EndedExecution, type Sample, untilEnded } from './run';

const file = join('tools', 'local', 'samples', 'orders.jsonl');
const sku = 'NOTEBOOK-A5';
const words = ['import', file, '--wait'];

/** The import's name, made from the file's content as `workflows import` does. */
const name = `import-${createHash('sha256')
  .update(readFileSync(join(repository, file)))
  .digest('hex')
  .slice(0, 32)}`;

const wanted = { total: 25, started: 24, alreadyStarted: 0, invalid: 1, failed: 0 };
const brokenLine = 17;

export const importSamples: Sample[] = [
  {
    name,
    shows: 'imports 25 orders, of which one is broken',
    expected: 'IMPORTED',
    run: async (cloud) => {
      await workflows(cloud, words);
      return untilEnded(executionArn(outputs(cloud).BulkOrdersStateMachineArn ?? '', name));
    },
    violations: async (cloud, ended) => [
      ...countViolations(summaryOf(ended)),
      ...(await orderViolations(cloud)),
    ],
    details: (ended) => {
      const { badLines = [] } = summaryOf(ended);
      return [
        `imported with: npm run workflows -- ${words.join(' ')}`,
        ...badLines.map(({ line, problems }) => `line ${line} ${problems[0]?.message}`),
      ];
    },
  },
];

/** The import's summary; empty when the import was rejected or failed. */
function summaryOf({ output }: EndedExecution): Partial<ImportSummary> {
  const outcome: BulkOrdersOutcome = Object(output);
  return outcome.outcome === 'IMPORTED' ? outcome : {};
}

function countViolations(summary: Partial<ImportSummary>): string[] {
  const { total, started, alreadyStarted, invalid, failed, badLines = [] } = summary;
  const counts = JSON.stringify({ total, started, alreadyStarted, invalid, failed });
  const lines = badLines.map(({ line }) => line).join();
  return [
    ...(counts === JSON.stringify(wanted) ? [] : [`the summary says ${counts}`]),
    ...(lines === String(brokenLine) ? [] : [`the summary blames lines ${lines}, not ${brokenLine}`]),
  ];
}

/** Waits for the orders, because the import does not. Each takes one of the SKU. */
async function orderViolations(cloud: LocalCloud): Promise<string[]> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const item = await getItem(outputs(cloud).InventoryTableName ?? '', { sku: { S: sku } });
    const sold = (stock[sku] ?? 0) - Number(item?.available?.N);
    if (sold === wanted.started) return [];
    if (Date.now() > deadline) return [`${sold} of ${sku} are gone, not ${wanted.started}`];
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
