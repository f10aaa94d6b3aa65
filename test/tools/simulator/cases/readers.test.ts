// What a Distributed Map reads: the formats of its files, and the input and context of its children.

import { branch, machine } from '../machine';
import { type Case, runCases } from '../run-case';

const distributed = (fields: object) =>
  machine({
    M: {
      Type: 'Map',
      Label: 'M',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        ...branch({ I: { Type: 'Pass', End: true } }),
      },
      End: true,
      ...fields,
    },
  });

const file = (ReaderConfig: object, fields: object = {}) =>
  distributed({
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig,
      Arguments: { Bucket: 'b', Key: 'k' },
    },
    ...fields,
  });

const csv = { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' };
const given = (...CSVHeaders: string[]) => ({ InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders });
const item = '$states.context.Map.Item';

const reads = (rule: string, config: object, text: string, output: unknown): Case => ({
  rule,
  definition: file(config),
  tasks: { M: [{ result: text }] },
  expected: { status: 'SUCCEEDED', output },
});
const fails = (rule: string, config: object, text: string): Case => ({
  rule,
  definition: file(config),
  tasks: { M: [{ result: text }] },
  expected: { status: 'FAILED', error: 'States.ItemReaderFailed' },
});
const refuses = (rule: string, config: object, refused: string): Case => ({
  rule,
  definition: file(config),
  expected: { refused },
});

describe('CSV', () =>
  runCases([
    reads(
      'a backslash escapes the delimiter and itself; before anything else it is dropped',
      csv,
      'p,q\nC:\\\\dir,a\\,b\nx\\yz,1\n',
      [
        { p: 'C:\\dir', q: 'a,b' },
        { p: 'xyz', q: '1' },
      ],
    ),
    reads('a backslash works in quotes too', csv, 'p,q\n"a\\\\b\\"c","\\n"\n', [{ p: 'a\\b"c', q: 'n' }]),
    reads('a backslash at the end of a line leaves the line break', csv, 'p\na\\\nb\\', [
      { p: 'a' },
      { p: 'b' },
    ]),
    reads('quotes hold line breaks and delimiters', csv, 'p,q\n"one\ntwo","a,b"\n"x\r\ny",\n', [
      { p: 'one\ntwo', q: 'a,b' },
      { p: 'x\r\ny', q: '' },
    ]),
    reads('a header in quotes may hold a line break', csv, '"p\nq",r\n1,2\n', [{ 'p\nq': '1', r: '2' }]),
    reads(
      'a doubled quote is a quote, in quotes and outside of them',
      csv,
      'p,q\n"a ""b"" c",{""k"":""v""}\n',
      [{ p: 'a "b" c', q: '{"k":"v"}' }],
    ),
    reads('a quote inside a cell that began without one is itself', csv, 'p,q\n5" disk,1\n', [
      { p: '5" disk', q: '1' },
    ]),
    reads('a pair of quotes is an empty cell', csv, 'p,q\n"",""\n', [{ p: '', q: '' }]),
    reads('spaces belong to the cell', csv, 'p,q\n a , b\n', [{ p: ' a ', q: ' b' }]),
    reads('missing cells are empty, surplus ones are left out', csv, 'p,q\n1\n1,2,3\n,\n', [
      { p: '1', q: '' },
      { p: '1', q: '2' },
      { p: '', q: '' },
    ]),
    reads('lines may end with CR and LF; the last one needs no end', csv, 'p,q\r\n1,2\r\n3,4', [
      { p: '1', q: '2' },
      { p: '3', q: '4' },
    ]),
    reads('empty lines are no rows', csv, 'p,q\n\n1,2\n\r\n\n', [{ p: '1', q: '2' }]),
    reads('a byte order mark is no part of the first header', csv, '\uFEFFp,q\n1,2\n', [{ p: '1', q: '2' }]),
    reads('numbers stay text', csv, 'p\n007\n', [{ p: '007' }]),
    reads('an empty file has no items', csv, '', []),
    reads('a header alone has no items', csv, 'p,q\n', []),
    reads('with a given header the first row is an item', given('p', 'q'), '1,2\n3,4\n', [
      { p: '1', q: '2' },
      { p: '3', q: '4' },
    ]),
    ...[
      ['PIPE', '|'],
      ['SEMICOLON', ';'],
      ['SPACE', ' '],
      ['TAB', '\t'],
      ['COMMA', ','],
    ].map(([CSVDelimiter, char]) =>
      reads(
        `the delimiter ${CSVDelimiter}, escaped, in quotes and plain`,
        { ...csv, CSVDelimiter },
        `p${char}q\na\\${char}b${char}"c${char}d"\n`,
        [{ p: `a${char}b`, q: `c${char}d` }],
      ),
    ),
    reads(
      'a comma is no delimiter among pipes',
      { ...given('p', 'q'), CSVDelimiter: 'PIPE' },
      'a,b|c\\,d\n',
      [{ p: 'a,b', q: 'c,d' }],
    ),
    refuses('a delimiter must be known', { ...csv, CSVDelimiter: ',' }, 'CSVDelimiter'),
    refuses('a header must come from somewhere', { InputType: 'CSV' }, 'CSVHeaderLocation'),
    refuses('a given header must be given', { ...csv, CSVHeaderLocation: 'GIVEN' }, 'CSVHeaders'),
  ]));

const json = { InputType: 'JSON' };
const keyAndValue = {
  ItemSelector: { k: `{% ${item}.Key %}`, v: `{% ${item}.Value %}`, i: `{% ${item}.Index %}` },
};

describe('JSON and JSON Lines', () =>
  runCases([
    reads(
      'ItemsPointer picks a list inside a file',
      { ...json, ItemsPointer: '/a/b' },
      '{"a":{"b":[1,2]}}',
      [1, 2],
    ),
    reads('it counts in lists', { ...json, ItemsPointer: '/1/a' }, '[0,{"a":[3]}]', [3]),
    reads(
      'it escapes slash and tilde',
      { ...json, ItemsPointer: '/a~1b/c~0d/' },
      '{"a/b":{"c~d":{"":[4]}}}',
      [4],
    ),
    fails('nothing at its end', { ...json, ItemsPointer: '/a/c' }, '{"a":{"b":[1]}}'),
    fails('neither list nor object at its end', { ...json, ItemsPointer: '/a' }, '{"a":"text"}'),
    refuses('it begins with a slash', { ...json, ItemsPointer: 'a' }, 'JSON Pointer'),
    refuses(
      'it is for JSON only',
      { InputType: 'JSONL', ItemsPointer: '/a' },
      'only with the InputType JSON',
    ),
    {
      rule: "the entries of a file's object are items with a key",
      definition: file(json, keyAndValue),
      tasks: { M: [{ result: '{"a":7,"b":{"c":8}}' }] },
      expected: {
        output: [
          { k: 'a', v: 7, i: 0 },
          { k: 'b', v: { c: 8 }, i: 1 },
        ],
      },
    },
    reads(
      'empty lines of JSON Lines are no items, a byte order mark is none either',
      { InputType: 'JSONL' },
      '\uFEFF1\r\n\n"a\\nb"\n \n',
      [1, 'a\nb'],
    ),
    reads('MaxItems cuts the items off', { ...json, MaxItems: 2 }, '[1,2,3]', [1, 2]),
    reads('MaxItems may be more than there are', { ...json, MaxItems: 9 }, '[1,2,3]', [1, 2, 3]),
    {
      rule: 'MaxItems may be an expression',
      definition: file({ ...json, MaxItems: '{% $states.input.most %}' }),
      input: { most: 1 },
      tasks: { M: [{ result: '[1,2]' }] },
      expected: { output: [1] },
    },
    {
      rule: 'a MaxItems that is no number fails the Map',
      definition: file({ ...json, MaxItems: "{% 'many' %}" }),
      expected: { error: 'States.QueryEvaluationError' },
    },
    refuses(
      'formats that the simulator cannot read are refused by name',
      { InputType: 'PARQUET' },
      'PARQUET',
    ),
  ]));

const listing = (fields: object, reader: object = {}) =>
  distributed({
    ItemReader: {
      Resource: 'arn:aws:states:::s3:listObjectsV2',
      Arguments: { Bucket: 'b', Prefix: 'p/' },
      ...reader,
    },
    ...fields,
  });
const object = (Key: string) => ({
  ETag: '"e"',
  Key,
  LastModified: '2026-01-01T00:00:00Z',
  Size: 2,
  StorageClass: 'STANDARD',
});
const keys = { ItemSelector: `{% ${item}.Value.Key %}` };

describe('objects under a prefix', () =>
  runCases([
    {
      rule: 'each is an item: its description',
      definition: listing({}),
      tasks: { M: [{ result: { Contents: [object('p/1')], IsTruncated: false } }] },
      expected: {
        output: [{ Etag: '"e"', Key: 'p/1', LastModified: 1_767_225_600, Size: 2, StorageClass: 'STANDARD' }],
      },
    },
    {
      rule: 'the list is read to its last page',
      definition: listing(keys),
      tasks: {
        M: [
          { result: { Contents: [object('p/1')], IsTruncated: true, NextContinuationToken: 't' } },
          { result: { Contents: [object('p/2')], IsTruncated: false } },
        ],
      },
      expected: {
        output: ['p/1', 'p/2'],
        calls: [
          { Bucket: 'b', Prefix: 'p/' },
          { Bucket: 'b', Prefix: 'p/', ContinuationToken: 't' },
        ],
      },
    },
    {
      rule: 'MaxItems reads no more pages than it needs',
      definition: listing(keys, { ReaderConfig: { MaxItems: 1 } }),
      tasks: {
        M: [
          {
            result: {
              Contents: [object('p/1'), object('p/2')],
              IsTruncated: true,
              NextContinuationToken: 't',
            },
          },
        ],
      },
      expected: { output: ['p/1'] },
    },
    {
      rule: 'a prefix without objects has no items',
      definition: listing(keys),
      tasks: { M: [{ result: { IsTruncated: false } }] },
      expected: { status: 'SUCCEEDED', output: [] },
    },
    {
      rule: 'a bucket that cannot be listed fails the Map',
      definition: listing(keys),
      tasks: { M: [{ error: 'S3.NoSuchBucketException', cause: 'gone' }] },
      expected: { error: 'States.ItemReaderFailed', cause: 'gone' },
    },
    {
      rule: 'LOAD_AND_FLATTEN reads the objects themselves, and tells of each item where it is from',
      definition: listing(
        { ItemSelector: { v: `{% ${item}.Value.n %}`, from: `{% ${item}.Source %}` } },
        { ReaderConfig: { ...csv, Transformation: 'LOAD_AND_FLATTEN' } },
      ),
      tasks: {
        M: [
          { result: { Contents: [object('p/1'), object('p/2')], IsTruncated: false } },
          { result: 'n\n1\n' },
          { result: 'n\n2\n3\n' },
        ],
      },
      expected: {
        output: [
          { v: '1', from: 's3://b/p/1' },
          { v: '2', from: 's3://b/p/2' },
          { v: '3', from: 's3://b/p/2' },
        ],
      },
    },
    {
      rule: 'LOAD_AND_FLATTEN needs to know the format',
      definition: listing({}, { ReaderConfig: { Transformation: 'LOAD_AND_FLATTEN' } }),
      expected: { refused: 'InputType' },
    },
  ]));

const source = { ItemSelector: `{% ${item}.Source %}` };

describe('items of the state', () =>
  runCases([
    {
      rule: 'Items may be an object: its keys and values',
      definition: distributed({ Items: '{% $states.input.o %}', ...keyAndValue }),
      input: { o: { a: 7 } },
      expected: { output: [{ k: 'a', v: 7, i: 0 }] },
    },
    {
      rule: 'Items may be a literal object',
      definition: distributed({ Items: { a: '{% $states.input.x %}', b: 2 }, ...keyAndValue }),
      input: { x: 1 },
      expected: {
        output: [
          { k: 'a', v: 1, i: 0 },
          { k: 'b', v: 2, i: 1 },
        ],
      },
    },
    {
      rule: 'without Items, so may the input',
      definition: distributed(keyAndValue),
      input: { a: 1 },
      expected: { output: [{ k: 'a', v: 1, i: 0 }] },
    },
    {
      rule: 'an item of a list has no key',
      definition: distributed({ ItemSelector: `{% $exists(${item}.Key) %}` }),
      input: [1],
      expected: { output: [false] },
    },
    {
      rule: 'neither list nor object fails the Map',
      definition: distributed({ Items: '{% $states.input %}' }),
      input: 'text',
      expected: { error: 'States.QueryEvaluationError', cause: "Expected 'array', but was 'string'" },
    },
    {
      rule: 'the source of items of the state is STATE_DATA',
      definition: distributed(source),
      input: [1],
      expected: { output: ['STATE_DATA'] },
    },
    {
      rule: 'so it is in an inline Map',
      definition: machine({
        M: { Type: 'Map', ...source, ItemProcessor: branch({ I: { Type: 'Pass', End: true } }), End: true },
      }),
      input: [1],
      expected: { output: ['STATE_DATA'] },
    },
    {
      rule: 'the source of items of a file is its URI',
      definition: file(json, source),
      tasks: { M: [{ result: '[1]' }] },
      expected: { output: ['s3://b/k'] },
    },
    {
      rule: 'the source of listed objects is their bucket',
      definition: listing(source),
      tasks: { M: [{ result: { Contents: [object('p/1')], IsTruncated: false } }] },
      expected: { output: ['s3://b'] },
    },
  ]));

const batches = (ItemBatcher: object) => distributed({ ItemBatcher });
const inputBytes = (input: object) => JSON.stringify(input).length;

describe('batches', () =>
  runCases([
    {
      rule: 'MaxInputBytesPerBatch alone is enough',
      definition: batches({ MaxInputBytesPerBatch: 262_144 }),
      input: [1, 2, 3],
      expected: { output: [{ Items: [1, 2, 3] }] },
    },
    {
      rule: "a batch's whole input counts, and may be as large as the limit",
      definition: batches({
        MaxInputBytesPerBatch: inputBytes({ BatchInput: 'x', Items: ['aa', 'bb'] }),
        BatchInput: 'x',
      }),
      input: ['aa', 'bb', 'cc'],
      expected: {
        output: [
          { BatchInput: 'x', Items: ['aa', 'bb'] },
          { BatchInput: 'x', Items: ['cc'] },
        ],
      },
    },
    {
      rule: 'one byte less, and the batch is smaller',
      definition: batches({ MaxInputBytesPerBatch: inputBytes({ Items: ['aa', 'bb'] }) - 1 }),
      input: ['aa', 'bb'],
      expected: { output: [{ Items: ['aa'] }, { Items: ['bb'] }] },
    },
    {
      rule: 'bytes are those of UTF-8',
      definition: batches({ MaxInputBytesPerBatch: inputBytes({ Items: ['ä', 'ö'] }) }),
      input: ['ä', 'ö'],
      expected: { output: [{ Items: ['ä'] }, { Items: ['ö'] }] },
    },
    {
      rule: 'of two limits the first that is met closes the batch',
      definition: batches({ MaxItemsPerBatch: 2, MaxInputBytesPerBatch: 1000 }),
      input: [1, 2, 3],
      expected: { output: [{ Items: [1, 2] }, { Items: [3] }] },
    },
    {
      rule: 'an item too large for a batch has one of its own',
      definition: batches({ MaxInputBytesPerBatch: 15 }),
      input: [1, 'a long text', 2, 3],
      expected: { output: [{ Items: [1] }, { Items: ['a long text'] }, { Items: [2, 3] }] },
    },
    {
      rule: 'no batch grows beyond what a child may get',
      definition: file(json, {
        ItemBatcher: { MaxItemsPerBatch: 100 },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          ...branch({ I: { Type: 'Pass', Output: '{% $count($states.input.Items) %}', End: true } }),
        },
      }),
      tasks: { M: [{ result: JSON.stringify(Array.from({ length: 5 }, () => 'x'.repeat(60_000))) }] },
      expected: { output: [4, 1] },
    },
    {
      rule: 'the limit may be an expression',
      definition: batches({ MaxInputBytesPerBatch: '{% 7 + 8 %}' }),
      input: [1, 2, 3],
      expected: { output: [{ Items: [1, 2] }, { Items: [3] }] },
    },
    {
      rule: 'some limit is needed',
      definition: batches({ BatchInput: 1 }),
      expected: { refused: 'MaxItemsPerBatch' },
    },
  ]));
