// ItemReader: reads the items of a Distributed Map from an object in S3, or from a list of objects.

import { asStateError, Interrupted, StateError } from '../errors';
import type { Fields } from '../fields';
import { payload } from '../history';
import { parseJson } from '../long-integers';
import type { Step } from '../step';
import { loadCsv } from './csv';
import { type Item, itemsIn } from './items';
import { callTask } from './task-call';

/** Throws States.ItemReaderFailed, also when a single line does not parse, as on AWS. */
export type ItemReader = (step: Step) => Promise<Item[]>;

type Parse = (text: string, source: string) => Item[];
type Call = (resource: string, input: object) => Promise<unknown>;
/** Reads until there are at least `most` items; may return more. */
type Read = (call: Call, input: Record<string, unknown>, most: number) => Promise<Item[]>;

const mostItems = 100_000_000;
const getObject = ':states:::s3:getObject';
const listObjects = ':states:::s3:listObjectsV2';

export function loadItemReader(fields: Fields | undefined): ItemReader | undefined {
  if (!fields) return undefined;
  const resource = fields.text('Resource');
  const config = fields.object('ReaderConfig');
  const read = loadRead(fields, resource, config);
  const input = fields.requiredTemplate('Arguments');
  const limit = config?.template('MaxItems');
  return async (step) => {
    const parameters = { ...Object(await step.evaluate(input)) };
    const most = (limit && (await step.wholeNumber(limit, 0, mostItems))) || mostItems;
    const call: Call = (name, sent) => callTask(step, name, payload(sent, step.state.name));
    try {
      return (await read(call, parameters, most)).slice(0, most);
    } catch (thrown) {
      if (thrown instanceof Interrupted) throw thrown;
      throw new StateError('States.ItemReaderFailed', asStateError(thrown).reason);
    }
  };
}

function loadRead(fields: Fields, resource: string, config: Fields | undefined): Read {
  if (resource.endsWith(getObject)) {
    const parse = loadParse(config ?? fields.fail("needs the field 'ReaderConfig'"));
    return async (call, input) => parse(String(await call(resource, input)), uriOf(input.Bucket, input.Key));
  }
  if (config?.optionalText('Transformation') !== 'LOAD_AND_FLATTEN') {
    return async (call, input, most) => {
      const listed = await list(call, resource, input, most);
      return listed.map((value) => ({ value, source: uriOf(input.Bucket) }));
    };
  }
  const parse = loadParse(config);
  return async (call, input, most) => {
    const items: Item[] = [];
    for (const { Key } of await list(call, resource, input, mostItems)) {
      if (items.length >= most) break;
      const text = await call(resource.replace(listObjects, getObject), { Bucket: input.Bucket, Key });
      items.push(...parse(String(text), uriOf(input.Bucket, Key)));
    }
    return items;
  };
}

const uriOf = (...parts: unknown[]) => `s3://${parts.join('/')}`;

/** Lists the objects, page by page, and returns their descriptions as Step Functions does. */
async function list(
  call: Call,
  resource: string,
  input: Record<string, unknown>,
  most: number,
): Promise<Record<string, unknown>[]> {
  const objects: Record<string, unknown>[] = [];
  let page: Record<string, unknown> = {};
  do {
    const token = page.NextContinuationToken;
    page = {
      ...Object(await call(resource, { ...input, ...(token !== undefined && { ContinuationToken: token }) })),
    };
    if (Array.isArray(page.Contents)) objects.push(...page.Contents.map(described));
  } while (page.IsTruncated === true && objects.length < most);
  return objects;
}

function described({ ETag, LastModified, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return {
    ...(ETag !== undefined && { Etag: ETag }),
    ...rest,
    ...(LastModified !== undefined && { LastModified: Date.parse(String(LastModified)) / 1000 }),
  };
}

function loadParse(config: Fields): Parse {
  const type = config.text('InputType');
  const parse = loadType(config, type);
  if (type !== 'JSON' && config.get('ItemsPointer') !== undefined) {
    config.fail("may have 'ItemsPointer' only with the InputType JSON");
  }
  return (text, source) => {
    const items = itemsIn(parse(text.replace(/^\uFEFF/, '')), source);
    if (!items) throw new Error('Attempting to map over non-iterable node.');
    return items;
  };
}

function loadType(config: Fields, type: string): (text: string) => unknown {
  switch (type) {
    case 'CSV':
      return loadCsv(config);
    case 'JSONL':
      return (text) =>
        text
          .split(/\r?\n/)
          .filter((line) => line.trim() !== '')
          .map(parseJson);
    case 'JSON': {
      const pointer = config.optionalText('ItemsPointer') ?? '';
      if (pointer !== '' && !pointer.startsWith('/')) config.fail("needs a JSON Pointer in 'ItemsPointer'");
      const path = pointer.split('/').slice(1);
      return (text) => path.reduce(member, parseJson(text));
    }
    default:
      return config.fail(`has the InputType '${type}'; the simulator reads CSV, JSON and JSONL`);
  }
}

/** One step of a JSON Pointer (RFC 6901). */
function member(value: unknown, token: string): unknown {
  const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
  return value !== null && typeof value === 'object' && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
