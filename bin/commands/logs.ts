import type { Command } from 'commander';
import { workflowOf, workflows } from '../../contracts/workflows';
import type { Context } from '../cli/context';
import { CliError } from '../cli/errors';
import { idHelp, readChildren, readTimeline, resolveExecution } from '../cli/executions';
import { detailsOf, type LogLine, questionAbout, readLogs, stackOf } from '../cli/logs';
import { table } from '../terminal/table';
import { plain } from '../terminal/text';

export function addLogs(program: Command, context: Context): void {
  program
    .command('logs')
    .description('show what functions logged for an execution, in order')
    .argument('<execution>', 'its name, the order id or its ARN')
    .option('--json', 'for machines, with every field')
    .action(async (execution: string, options: { json?: true }) => {
      const cloud = await context.cloud();
      const id = await resolveExecution(cloud, execution);
      const workflow = workflowOf(id.name);
      if (!workflow) throw new CliError(`No workflow names its executions ${plain(id.name)}. ${idHelp}`, 2);
      const timeline = await readTimeline(cloud, id);
      const children = [...(await readChildren(cloud, timeline)).values()];
      const { lines, isComplete } = await readLogs(
        await cloud.clients.logs(),
        await cloud.functionLogs(workflows[workflow].stack),
        questionAbout(id.name, [timeline, ...children]),
      );
      if (options.json) context.io.out(JSON.stringify(lines.map(forMachines), null, 2));
      else context.io.out(lines.length > 0 ? rendered(lines, context) : `No function logged ${id.name}.`);
      if (!isComplete) {
        context.io.err('There is more than could be read: ask CloudWatch Logs Insights (docs/runbook.md).');
      }
      context.io.err(`What happened, state by state: ${context.command(`history ${id.name}`)}`);
    });
}

/** A line that is not JSON has its text instead of fields. */
const forMachines = ({ at, function: name, text, fields }: LogLine) => ({
  at,
  function: name,
  ...(Object.keys(fields).length > 0 ? { fields } : { text }),
});

/** A row for each line; below it, the stack of an error. */
function rendered(lines: readonly LogLine[], { io }: Context): string {
  const rows = table(lines.map((line) => cellsOf(line, io.colours))).split('\n');
  return lines
    .flatMap((line, index) => [
      rows[index] ?? '',
      ...stackOf(line).map((frame) => io.colours.dim(`    ${frame}`)),
    ])
    .join('\n');
}

function cellsOf(line: LogLine, colours: Context['io']['colours']): string[] {
  const { at, function: name, text, fields } = line;
  const { level, message } = fields;
  const details = detailsOf(line).map(([field, value]) => `${field}=${value}`);
  const isError = level === 'ERROR' || level === 'CRITICAL';
  return [
    colours.dim(at.toISOString().replace('T', ' ').replace('Z', '')),
    name,
    (isError ? colours.red : colours.dim)(typeof level === 'string' ? plain(level) : ''),
    plain(typeof message === 'string' ? [message, ...details].join('  ') : text),
  ];
}
