import { afterFailure } from '../../../tools/review/after-failure';

const caught = (...pairs: [string, string][]) =>
  pairs.map(([error, Next]) => ({ ErrorEquals: [error], Next }));

const definition = {
  States: {
    Both: {
      Type: 'Parallel',
      Catch: caught(['States.ALL', 'Undo']),
      Branches: [
        {
          States: {
            Pay: { Type: 'Task', Catch: caught(['Declined', 'Refused'], ['States.ALL', 'NotPaid']) },
            Reserve: { Type: 'Task', Catch: caught(['Declined', 'Refused']) },
          },
        },
      ],
    },
    Undo: { Type: 'Task' },
  },
};

test('a failure goes to the catcher for any error, of the state or of what it is in', () => {
  expect(afterFailure(definition, ['Pay'])).toBe('Then comes `NotPaid`.');
  expect(afterFailure(definition, ['Reserve'])).toBe('Then comes `Undo`.');
  expect(afterFailure(definition, ['Undo'])).toBe('Nothing catches that: the execution fails.');
});

test('of several states it says which goes where', () => {
  expect(afterFailure(definition, ['Reserve', 'Both'])).toBe('Then comes `Undo`.');
  expect(afterFailure(definition, ['Pay', 'Reserve', 'Undo'])).toBe(
    'Then comes `NotPaid` after `Pay`. Then comes `Undo` after `Reserve`. Nothing catches that after `Undo`: the execution fails.',
  );
});
