/** Which mixes of two revisions there are to run. */
import { changesOf, definitionsFor, mixesOf } from '../../../tools/compat/mixes';
import type { Side } from '../../../tools/compat/side';

const task = (functionArn: string, more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: `\${${functionArn}}`, Payload: {} },
  ...more,
});
const caught = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Undo' }] };

const order = (...extra: object[]) =>
  JSON.stringify({
    States: {
      Charge: task('ChargeArn', caught),
      Both: { Type: 'Parallel', Branches: [{ States: { Reserve: task('ReserveArn') } }], ...caught },
      Review: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Arguments: { StateMachineArn: '${ReviewArn}' },
        ...caught,
      },
      Undo: task('UndoArn'),
      ...Object.assign({}, ...extra),
    },
  });

const definitions = { order: order(), review: JSON.stringify({ States: { Ask: task('AskArn') } }) };
const functions = { charge: '1', reserve: '1', ask: '1', undo: '1' };

const side = (more: Partial<Side> = {}): Side => ({
  root: '',
  definitions,
  functions,
  lock: '',
  problem: undefined,
  ...more,
});

const mixes = (base: Side, today: Side) =>
  mixesOf(base, today, changesOf(base, today)).map(
    ({ direction, isMet, fromBase }) =>
      `${direction}, ${isMet ? 'met' : 'all'}, base: ${fromBase.join(' ') || 'none'}`,
  );

const NEW_ORDER = { ...definitions, order: order({ Note: { Type: 'Pass' } }) };

test('a function is pinned where its failure is caught, by the Task, a state around it or the parent', () => {
  expect(changesOf(side(), side()).pinned['old definitions']).toEqual(['charge', 'reserve', 'ask']);
});

test('a function that is called without a catcher anywhere is not pinned', () => {
  const twice = side({ definitions: { ...definitions, order: order({ Again: task('ChargeArn') }) } });
  expect(changesOf(twice, side()).pinned['old definitions']).toEqual(['reserve', 'ask']);
});

test('the same in both: nothing to mix', () => {
  expect(mixes(side(), side())).toEqual([]);
});

test('definitions alone, or functions that are all pinned: what executions meet is of one revision', () => {
  expect(mixes(side(), side({ definitions: NEW_ORDER }))).toEqual([]);
  expect(mixes(side(), side({ functions: { ...functions, charge: '2' } }))).toEqual([]);
});

test('executions meet the other functions only where they call live', () => {
  const today = side({ definitions: NEW_ORDER, functions: { ...functions, charge: '2', undo: '2' } });
  expect(mixes(side(), today)).toEqual([
    'old definitions, met, base: charge',
    'old definitions, all, base: none',
    'new definitions, met, base: undo',
    'new definitions, all, base: charge undo',
  ]);
});

test('functions alone, pinned and live: the two that executions meet', () => {
  const today = side({ functions: { ...functions, charge: '2', undo: '2' } });
  expect(mixes(side(), today)).toEqual([
    'old definitions, met, base: charge',
    'new definitions, met, base: undo',
  ]);
});

test('a mix in which nothing is pinned runs once', () => {
  const today = side({ definitions: NEW_ORDER, functions: { ...functions, undo: '2' } });
  expect(mixes(side(), today)).toEqual([
    'old definitions, met, base: none',
    'new definitions, met, base: undo',
  ]);
});

test('a base whose functions cannot be made has its definitions mixed', () => {
  const base = side({ problem: 'Cannot find module' });
  expect(mixes(base, side({ functions: { ...functions, undo: '2' } }))).toEqual([]);
  expect(mixes(base, side({ definitions: NEW_ORDER, functions: { ...functions, undo: '2' } }))).toEqual([
    'old definitions, met, base: none',
  ]);
});

test('what the old definitions need and today has not is named; a new workflow runs as it is', () => {
  const { undo: _undo, ...left } = functions;
  const today = side({
    definitions: { order: order().replace('${UndoArn}', '${ChargeArn}'), refund: '{}' },
    functions: { ...left, charge: '2' },
  });
  const { gone } = changesOf(side(), today);
  expect(gone.map(({ name }) => name)).toEqual(['order: ${UndoArn}', 'review']);
  expect(definitionsFor('old definitions', side(), today)).toEqual({ order: order(), refund: '{}' });
  // Its old executions meet nothing new: the functions that they have left are pinned.
  expect(mixes(side(), today)[0]).toBe('old definitions, all, base: undo');
});
