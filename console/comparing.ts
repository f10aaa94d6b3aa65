// Reads the executions that the page wants side by side.

import type { Cloud } from '../bin/cli/cloud';
import { CliError, explain } from '../bin/cli/errors';
import { readChildren, readTimeline, resolveExecution } from '../bin/cli/executions';
import { type Compared, comparisonOf, MOST_COMPARED } from './comparison';
import type { Definitions } from './definitions';
import type { Comparison } from './model';

/**
 * @param ids names, order ids or ARNs; one that is there twice counts once, and one that cannot be read is said
 * @throws CliError when none can be read, or there are too many
 */
export async function compare(
  cloud: Cloud,
  definitions: Definitions,
  ids: readonly string[],
): Promise<Comparison> {
  if (ids.length > MOST_COMPARED)
    throw new CliError(`At most ${MOST_COMPARED} executions stand side by side.`, 2);
  const read = await Promise.allSettled(ids.map((id) => readOne(cloud, definitions, id)));
  const found = read.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const problems = read.flatMap((each) => (each.status === 'rejected' ? [explain(each.reason).message] : []));
  const compared = [...new Map(found.map((each) => [each.arn, each])).values()];
  const [first] = compared;
  if (!first) throw new CliError(problems.join(' ') || 'No executions are marked.', 2);
  const comparison = await comparisonOf(compared);
  const alone =
    compared.length > 1
      ? []
      : [
          `${first.name} stands alone${found.length > 1 ? ': it was given more than once' : ''}. Mark another.`,
        ];
  return { ...comparison, say: [...problems, ...alone, ...comparison.say] };
}

async function readOne(cloud: Cloud, definitions: Definitions, id: string): Promise<Compared> {
  const found = await resolveExecution(cloud, id);
  const [timeline, { text, drawing }] = await Promise.all([
    readTimeline(cloud, found),
    definitions.ofExecution(found),
  ]);
  return {
    name: found.name,
    arn: found.arn,
    timeline,
    children: await readChildren(cloud, timeline),
    definition: text,
    drawing,
  };
}
