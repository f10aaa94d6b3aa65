import { diagramOf } from '../../../tools/docs/diagram';

/** The lines of the diagram, without those that every diagram has. */
const drawn = (States: Record<string, unknown>, StartAt = Object.keys(States)[0]) =>
  diagramOf(JSON.stringify({ StartAt, States }))
    .split('\n')
    .slice(3, -3)
    .map((line) => line.slice(2));

const done = { Type: 'Succeed' };

test('begins at StartAt', () => {
  const [head, start, first] = diagramOf(
    JSON.stringify({ StartAt: 'B', States: { A: done, B: { Type: 'Pass', Next: 'A' } } }),
  ).split('\n');
  expect([head, start, first]).toEqual(['flowchart TD', '  begin(( ))', '  begin --> B']);
});

test('a task shows what it calls; terminal and Fail states have their own style', () => {
  const call = { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', Next: 'Pause' };
  expect(
    drawn({
      Call: call,
      Pause: { Type: 'Wait', Seconds: 1, Next: 'Last' },
      Last: { Type: 'Pass', End: true },
      Done: done,
      Broken: { Type: 'Fail' },
    }),
  ).toEqual([
    'Call["Call<br/>sqs:sendMessage.waitForTaskToken"]',
    'Call --> Pause',
    'Pause["Pause<br/>wait"]',
    'Pause --> Last',
    'Last["Last<br/>pass"]:::ends',
    'Done(["Done"]):::ends',
    'Broken[["Broken"]]:::fails',
  ]);
});

test('a choice shows its conditions; those for the same state share an arrow', () => {
  const rule = (Condition: string, Next: string) => ({ Condition: `{% ${Condition} %}`, Next });
  const Choices = [rule('$a', 'Done'), rule('$b', 'Other'), rule('$c', 'Done')];
  expect(drawn({ Which: { Type: 'Choice', Choices, Default: 'Other' }, Done: done, Other: done })).toEqual([
    'Which{"Which"}',
    'Which -->|"$a<br/>$c"| Done',
    'Which -->|"$b<br/>otherwise"| Other',
    'Done(["Done"]):::ends',
    'Other(["Other"]):::ends',
  ]);
});

test('caught errors have dashed arrows; an error set has its name; States.ALL is "any"', () => {
  const Catch = [
    { ErrorEquals: ['NoMoney', '${LambdaPassing}'], Next: 'Done' },
    { ErrorEquals: ['States.ALL'], Next: 'Broken' },
  ];
  const all = [{ ErrorEquals: ['States.ALL'], Next: 'Done' }];
  const lines = drawn({
    Pay: { Type: 'Task', Resource: 'r', Next: 'Ship', Catch },
    Ship: { Type: 'Task', Resource: 'r', Next: 'Done', Catch: all },
    Done: done,
    Broken: { Type: 'Fail' },
  });
  expect(lines.filter((line) => line.includes('>'))).toEqual([
    'Pay["Pay<br/>r"]',
    'Pay --> Ship',
    'Pay -.->|"NoMoney, LambdaPassing"| Done',
    'Pay -.->|"any other error"| Broken',
    'Ship["Ship<br/>r"]',
    'Ship --> Done',
    'Ship -.->|"any error"| Done',
  ]);
});

test('branches and items are in frames, at any depth; the next arrow leads from the frame', () => {
  const inner = { Type: 'Map', ItemProcessor: { StartAt: 'Each', States: { Each: done } }, End: true };
  const branches = [
    { StartAt: 'Items', States: { Items: inner } },
    { StartAt: 'Right', States: { Right: done } },
  ];
  const batches = {
    Type: 'Map',
    ItemBatcher: { MaxItemsPerBatch: 10 },
    ItemProcessor: { StartAt: 'Batch', States: { Batch: done } },
    End: true,
  };
  expect(
    drawn({ Both: { Type: 'Parallel', Branches: branches, Next: 'Batches' }, Batches: batches }),
  ).toEqual([
    'subgraph Both["Both: side by side"]',
    '  subgraph Both_1[" "]',
    '    subgraph Items["Items: for each item"]',
    '      Each(["Each"]):::ends',
    '    end',
    '    class Items ends',
    '  end',
    '  subgraph Both_2[" "]',
    '    Right(["Right"]):::ends',
    '  end',
    'end',
    'Both --> Batches',
    'subgraph Batches["Batches: for each batch"]',
    '  Batch(["Batch"]):::ends',
    'end',
    'class Batches ends',
  ]);
});

test('names and conditions cannot break the diagram', () => {
  const condition = '{% $a < 1 & "x" and $$.b #\n  `c` %}';
  const long = `{% ${'$a or '.repeat(40)}$b %}`;
  const lines = drawn({
    end: {
      Type: 'Choice',
      Choices: [{ Condition: condition, Next: 'A b' }],
      Default: 'A_b',
    },
    'A b': { Type: 'Choice', Choices: [{ Condition: long, Next: 'A_b' }], Default: 'A_b' },
    A_b: done,
  });
  expect(lines.slice(0, 4)).toEqual([
    'State_end{"end"}',
    'State_end -->|"$a #60; 1 #38; #34;x#34; and #36;$.b #35; #96;c#96;"| A_32_b',
    'State_end -->|"otherwise"| A_95_b',
    'A_32_b{"A b"}',
  ]);
  expect(lines[4]).toBe(`A_32_b -->|"${'$a or '.repeat(12).slice(0, 69)}…<br/>otherwise"| A_95_b`);
});

test('marks colour states, and draw ways that are gone', () => {
  const text = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: done } });
  const lines = diagramOf(text, { states: new Map([['B', 'added']]), goneWays: [['B', 'A']] }).split('\n');
  expect(lines).toContain('  B --x|"no more"| A');
  expect(lines).toContain('  class B added');
  expect(lines).toContain('  classDef added fill:#2da44e,color:#fff');
});
