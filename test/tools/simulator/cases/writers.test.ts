// What a Distributed Map writes of its children's outputs.

import { branch, machine, task } from '../machine';
import { type Case, runCases } from '../run-case';

const mapOf = (ResultWriter: object | undefined, state: Record<string, unknown>, fields: object = {}) =>
  machine({
    M: {
      Type: 'Map',
      Label: 'M',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        ...branch({ I: state }),
      },
      ...(ResultWriter && { ResultWriter }),
      End: true,
      ...fields,
    },
  });
const pass = (Output: unknown) => ({ Type: 'Pass', Output, End: true });
const preview = (WriterConfig: object) => ({ WriterConfig });
const shows = (rule: string, config: object, output: unknown, state: unknown = [1, 2]): Case => ({
  rule,
  definition: mapOf(preview(config), pass(state)),
  input: ['a', 'b'],
  expected: { output },
});

const arn = 'arn:aws:states:us-east-1:123456789012';
const record = {
  Input: '"a"',
  InputDetails: { Included: true },
  Output: '[1,2]',
  OutputDetails: { Included: true },
  StateMachineArn: `${arn}:stateMachine:simulated/M`,
  Status: 'SUCCEEDED',
};

describe('WriterConfig alone formats the output of the state itself', () =>
  runCases([
    shows('COMPACT: the outputs', { Transformation: 'COMPACT' }, [
      [1, 2],
      [1, 2],
    ]),
    shows(
      'FLATTEN: the elements of the outputs',
      { Transformation: 'FLATTEN', OutputType: 'JSON' },
      [1, 2, 1, 2],
    ),
    shows(
      'FLATTEN opens one list, and leaves what is none',
      { Transformation: 'FLATTEN' },
      [[1], 2, [1], 2],
      [[1], 2],
    ),
    shows('FLATTEN of outputs that are no lists', { Transformation: 'FLATTEN' }, [{ n: 1 }, { n: 1 }], {
      n: 1,
    }),
    {
      ...shows('NONE: all that is known of a child', { Transformation: 'NONE' }, [
        expect.objectContaining(record),
      ]),
      input: ['a'],
    },
    {
      ...shows('no Transformation is NONE', { OutputType: 'JSON' }, [expect.objectContaining(record)]),
      input: ['a'],
    },
    shows(
      'JSONL: lines of JSON in a text',
      { Transformation: 'FLATTEN', OutputType: 'JSONL' },
      '1\n2\n1\n2\n',
    ),
    {
      rule: 'children whose failure is tolerated are left out',
      definition: mapOf(preview({ Transformation: 'COMPACT' }), task(), {
        ToleratedFailureCount: 1,
        MaxConcurrency: 1,
      }),
      input: [1, 2],
      tasks: { I: [{ error: 'Boom' }, { result: [3] }] },
      expected: { output: [[3]] },
    },
    {
      rule: 'so they are without a ResultWriter',
      definition: mapOf(undefined, task(), { ToleratedFailureCount: 1, MaxConcurrency: 1 }),
      input: [1, 2],
      tasks: { I: [{ error: 'Boom' }, { result: [3] }] },
      expected: { output: [[3]] },
    },
    {
      rule: 'it does not write',
      definition: mapOf(preview({ Transformation: 'COMPACT' }), pass(1)),
      input: [1],
      expected: { status: 'SUCCEEDED', calls: [] },
    },
    {
      rule: 'a ResultWriter needs some field',
      definition: mapOf({}, pass(1)),
      expected: { refused: 'ResultWriter' },
    },
    {
      rule: 'Arguments need a Resource',
      definition: mapOf({ Arguments: { Bucket: 'b' } }, pass(1)),
      expected: { refused: 'Resource' },
    },
    {
      rule: 'a Transformation must be known',
      definition: mapOf(preview({ Transformation: 'SQUASH' }), pass(1)),
      expected: { refused: 'Transformation' },
    },
  ]));

const toBucket = (WriterConfig: object) => ({
  Resource: 'arn:aws:states:::s3:putObject',
  Arguments: { Bucket: 'b', Prefix: 'p' },
  WriterConfig,
});
const written = (rule: string, config: object, Body: string): Case => ({
  rule,
  definition: mapOf(toBucket(config), pass([1, 2])),
  input: ['a', 'b'],
  tasks: { M: [{ result: {} }, { result: {} }] },
  expected: {
    output: { MapRunArn: expect.any(String), ResultWriterDetails: { Bucket: 'b', Key: expect.any(String) } },
    calls: [
      expect.objectContaining({ Key: expect.stringMatching(/^p\/.+\/SUCCEEDED_0\.jsonl?$/), Body }),
      expect.objectContaining({ Key: expect.stringMatching(/^p\/.+\/manifest\.json$/) }),
    ],
  },
});

describe('files', () =>
  runCases([
    written('COMPACT', { Transformation: 'COMPACT' }, '[[1,2],[1,2]]'),
    written('COMPACT as JSON Lines', { Transformation: 'COMPACT', OutputType: 'JSONL' }, '[1,2]\n[1,2]\n'),
    written('FLATTEN', { Transformation: 'FLATTEN' }, '[1,2,1,2]'),
  ]));
