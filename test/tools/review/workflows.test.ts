import type { JsonObject } from '../../../lib/workflow/json';
import { workflowChanges } from '../../../tools/review/workflows';
import {
  changed,
  definition,
  gone,
  ordersApp,
  ref,
  resources,
  task,
  withProperties,
} from '../../support/small-app';

const states: Readonly<Record<string, JsonObject>> = JSON.parse(JSON.stringify(definition.States));

const compared = (flow: JsonObject) => workflowChanges(ordersApp(), ordersApp(resources(flow)));

const longer: JsonObject = {
  ...definition,
  States: {
    ...states,
    Charge: { ...states.Charge, Next: 'Pack', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Release' }] },
    Pack: task('ChargeArn', { Next: 'Ship' }),
  },
};

test('the same definition is no change; another comment is one of comments', () => {
  expect(compared(definition)).toEqual([]);
  expect(compared({ ...definition, Comment: 'New' })).toEqual([
    expect.objectContaining({ workflow: 'flow', kind: 'comments' }),
  ]);
});

test('a state more costs a transition more at each end behind it', () => {
  const [flow] = compared(longer);
  const costs = typeof flow?.costs === 'string' ? [] : flow?.costs;
  expect(costs?.map(({ end, before, after }) => [end, before?.least, after?.least, after?.most])).toEqual([
    ['Ship', 3, 4, 4],
    ['Ship fails', 3, 4, 4],
    ['Refused', 3, 4, 4],
    ['Pack fails', undefined, 3, 3],
  ]);
});

test('the picture marks what is new and changed, and draws the ways that are gone', () => {
  const [flow] = compared(longer);
  expect(flow?.diagram).toContain('Charge --x|"no more"| Ship');
  expect(flow?.diagram).toContain('Charge --x|"no more"| Refused');
  expect(flow?.diagram).toContain('class Pack added');
  expect(flow?.diagram).toContain('class Charge changed');
});

test('the picture draws a state that is gone, with its ways', () => {
  const [flow] = workflowChanges(ordersApp(resources(longer)), ordersApp());
  expect(flow?.diagram).toContain('Pack["Pack<br/>lambda:invoke"]');
  expect(flow?.diagram).toContain('Pack --> Ship');
  expect(flow?.diagram).toContain('Charge --x|"no more"| Pack');
  expect(flow?.diagram).toContain('class Pack removed');
});

test('what a placeholder stands for counts; the number of a version does not', () => {
  const bound = (values: JsonObject) =>
    ordersApp(changed({ Flow: withProperties({ DefinitionSubstitutions: values }) }));
  const before = bound({ ChargeArn: ref('ChargeVersion1'), Seconds: '60' });
  const after = bound({ ChargeArn: ref('ReleaseLive'), Seconds: '90' });
  expect(workflowChanges(before, after)[0]?.bindings).toEqual([
    { path: '${ChargeArn}', before: 'version of Orders/Charge', after: 'alias of Orders/Release' },
    { path: '${Seconds}', before: '60', after: '90' },
  ]);
});

test('a workflow that is new is drawn, one that is gone is named', () => {
  const without = ordersApp(changed({ Flow: gone }));
  expect(workflowChanges(without, ordersApp())).toEqual([
    expect.objectContaining({
      workflow: 'flow',
      kind: 'new',
      diagram: expect.stringContaining('begin --> Charge'),
    }),
  ]);
  expect(workflowChanges(ordersApp(), without)).toEqual([
    expect.objectContaining({ workflow: 'flow', kind: 'gone' }),
  ]);
});

test('a loop without a bound is said, not counted', () => {
  const loop = { ...definition, States: { ...states, Refused: { Type: 'Pass', Next: 'Charge' } } };
  expect(compared(loop)[0]?.costs).toMatch(/^The transitions cannot be counted: The loop .* has no bound/);
});
