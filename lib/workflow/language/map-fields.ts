/** Checks the fields of a Map that are objects, and the fields that only a distributed Map may have. */
import { isObject } from '../json';
import {
  all,
  anything,
  type Check,
  list,
  mayBeExpression,
  must,
  object,
  oneOf,
  text,
  wholeNumberOrExpression,
} from './check';
import { isDistributed } from './machines';

export const objectOrExpression = mayBeExpression('an object', isObject);

const s3 = (actions: string): Check =>
  must(
    `arn:aws:states:::s3:${actions.replace('|', ' or …:')}`,
    (value) =>
      typeof value === 'string' && new RegExp(`^arn:aws[\\w-]*:states:::s3:(?:${actions})$`).test(value),
  );

const readerConfig = all(
  object(
    {},
    {
      InputType: oneOf('CSV', 'JSON', 'JSONL', 'MANIFEST', 'PARQUET'),
      CSVDelimiter: oneOf('COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'),
      CSVHeaderLocation: oneOf('FIRST_ROW', 'GIVEN'),
      CSVHeaders: list(text, 1),
      ItemsPointer: text,
      ManifestType: oneOf('ATHENA_DATA', 'S3_INVENTORY'),
      MaxItems: wholeNumberOrExpression(0, 100_000_000),
      Transformation: oneOf('NONE', 'LOAD_AND_FLATTEN'),
    },
  ),
  (value, at) => {
    if (!isObject(value)) return [];
    const { InputType, CSVHeaderLocation, CSVHeaders } = value;
    if (InputType === 'CSV' && CSVHeaderLocation === undefined) return [`${at} has no CSVHeaderLocation.`];
    if (InputType === 'JSON' && CSVHeaderLocation !== undefined) {
      return [`${at} has CSVHeaderLocation, which is for CSV.`];
    }
    return CSVHeaderLocation === 'GIVEN' && CSVHeaders === undefined ? [`${at} has no CSVHeaders.`] : [];
  },
);

const itemReader = object(
  { Resource: s3('getObject|listObjectsV2') },
  { Arguments: objectOrExpression, ReaderConfig: readerConfig },
);

const itemBatcher = all(
  object(
    {},
    {
      BatchInput: anything,
      MaxInputBytesPerBatch: wholeNumberOrExpression(0, 262_144),
      MaxItemsPerBatch: wholeNumberOrExpression(0),
    },
  ),
  (value, at) =>
    isObject(value) && value.MaxItemsPerBatch === undefined && value.MaxInputBytesPerBatch === undefined
      ? [`${at} must have MaxItemsPerBatch or MaxInputBytesPerBatch.`]
      : [],
);

const resultWriter = object(
  {},
  {
    Resource: s3('putObject'),
    Arguments: objectOrExpression,
    WriterConfig: object(
      {},
      { OutputType: oneOf('JSON', 'JSONL'), Transformation: oneOf('NONE', 'COMPACT', 'FLATTEN') },
    ),
  },
);

/** AWS makes it part of the children's ARNs. */
const label = must(
  'a text of 1 to 40 characters without spaces, brackets or any of ?*":;,\\|^~$#%&`',
  (value) => typeof value === 'string' && /^[^\s\p{Cc}?*<>{}[\]":;,\\|^~$#%&`]{1,40}$/u.test(value),
);

export const mapFields: Readonly<Record<string, Check>> = {
  Items: mayBeExpression('a list or an object', (value) => Array.isArray(value) || isObject(value)),
  ItemReader: itemReader,
  ItemSelector: anything,
  ItemBatcher: itemBatcher,
  ResultWriter: resultWriter,
  Label: label,
  MaxConcurrency: wholeNumberOrExpression(0),
  ToleratedFailureCount: wholeNumberOrExpression(0),
  ToleratedFailurePercentage: mayBeExpression(
    'a number from 0 to 100',
    (value) => typeof value === 'number' && value >= 0 && value <= 100,
  ),
};

export const processorConfig = all(
  object({}, { Mode: oneOf('INLINE', 'DISTRIBUTED'), ExecutionType: oneOf('STANDARD', 'EXPRESS') }),
  (value, at) => {
    if (!isObject(value)) return [];
    const distributed = value.Mode === 'DISTRIBUTED';
    if (distributed && value.ExecutionType === undefined) return [`${at} has no ExecutionType.`];
    return !distributed && value.ExecutionType !== undefined
      ? [`${at} has ExecutionType, which is for the Mode DISTRIBUTED.`]
      : [];
  },
);

/** Fields that read, batch or write for child executions, which an inline Map does not have. */
export const onlyDistributed: Check = (value, at) => {
  if (!isObject(value) || isDistributed(value.ItemProcessor ?? value.Iterator)) return [];
  return ['ItemReader', 'ItemBatcher', 'ResultWriter']
    .filter((name) => value[name] !== undefined)
    .map((name) => `${at} has ${name}, which AWS takes of a Distributed Map only.`);
};
