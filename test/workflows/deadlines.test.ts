/** An execution that hits its own TimeoutSeconds cannot compensate: so the worst case of every path must stay below it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { definitionOf } from '../support/definitions';
import { type Machine, worstCaseSeconds } from '../support/worst-case';

const workflows = readdirSync(join(__dirname, '../../statemachines')).map((file) =>
  file.replace('.asl.json', ''),
);

const values = { ReviewTimeoutSeconds: String(4 * 86_400), BulkPaceSeconds: '10' };
const machineOf = (workflow: string): Machine => JSON.parse(definitionOf(workflow, values));

test.each(workflows)('%s ends in time, whatever happens', async (workflow) => {
  const machine = machineOf(workflow);
  expect(await worstCaseSeconds(machine)).toBeLessThan(machine.TimeoutSeconds ?? 0);
});

test('a path counts its tries, its backoff and its loops', async () => {
  const task = { Type: 'Task', TimeoutSeconds: 10 };
  const machine = {
    StartAt: 'Try',
    States: {
      Try: { ...task, Retry: [{ IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2 }], Next: 'Enough' },
      Enough: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input.round < 3 %}', Next: 'Pause' }],
        Default: 'Last',
      },
      Pause: { Type: 'Wait', Seconds: '{% $floor($random() * 3) + 1 %}', Next: 'Try' },
      Last: task,
    },
  };
  expect(await worstCaseSeconds(machine)).toBe(3 * (3 * 10 + 1 + 2 + 3) + 10);
});
