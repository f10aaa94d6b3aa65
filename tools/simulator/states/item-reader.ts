// ItemReader: the items of a Distributed Map from an object in S3.

import { asStateError, Interrupted, StateError } from '../errors';
import type { Fields } from '../fields';
import { payload } from '../history';
import type { Step } from '../step';
import { callTask } from './task-call';

/** Fails with States.ItemReaderFailed: one line that does not parse fails the whole Map Run, as on AWS. */
export type ItemReader = (step: Step) => Promise<unknown[]>;

export function loadItemReader(fields: Fields | undefined): ItemReader | undefined {
  if (!fields) return undefined;
  fields.only('Resource', 'ReaderConfig', 'Arguments');
  const resource = fields.text('Resource');
  if (!resource.endsWith(':states:::s3:getObject')) fields.fail(`cannot read from '${resource}'`);
  const config = fields.object('ReaderConfig') ?? fields.fail("needs the field 'ReaderConfig'");
  config.only('InputType', 'CSVHeaderLocation', 'CSVHeaders', 'MaxItems');
  const parse = parser(config);
  const input = fields.template('Arguments') ?? fields.fail("needs the field 'Arguments'");
  const most = config.number('MaxItems', Number.POSITIVE_INFINITY);
  return async (step) => {
    const parameters = payload(await step.evaluate(input), step.state.name);
    try {
      const text = await callTask(step, resource, parameters, {});
      return parse(String(text)).slice(0, most);
    } catch (thrown) {
      if (thrown instanceof Interrupted) throw thrown;
      throw new StateError('States.ItemReaderFailed', asStateError(thrown).reason);
    }
  };
}

function parser(config: Fields): (text: string) => unknown[] {
  const type = config.text('InputType');
  if (type === 'JSONL') return (text) => lines(text).map((line) => JSON.parse(line));
  if (type === 'JSON') return jsonItems;
  if (type !== 'CSV') config.fail(`has the unsupported InputType '${type}'`);
  const given = config.text('CSVHeaderLocation') === 'GIVEN' ? config.texts('CSVHeaders') : undefined;
  return (text) => {
    const rows = lines(text).map(csvRow);
    const headers = given ?? rows.shift() ?? [];
    return rows.map((row) =>
      Object.fromEntries(headers.map((header, column) => [header, row[column] ?? ''])),
    );
  };
}

const lines = (text: string) => text.split(/\r?\n/).filter((line) => line !== '');

function jsonItems(text: string): unknown[] {
  const items: unknown = JSON.parse(text);
  if (!Array.isArray(items)) throw new Error('Attempting to map over non-iterable node.');
  return items;
}

/** The cells of a line; one in double quotes may hold commas, and doubled quotes. */
const csvRow = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
