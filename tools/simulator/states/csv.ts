// Parses CSV as a Distributed Map does.
// Rules: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html

import type { Fields } from '../fields';

const delimiters = new Map([
  ['COMMA', ','],
  ['PIPE', '|'],
  ['SEMICOLON', ';'],
  ['SPACE', ' '],
  ['TAB', '\t'],
]);

/** Converts a text to an object for each row. Missing cells are empty, surplus ones are left out. */
export function loadCsv(config: Fields): (text: string) => Record<string, string>[] {
  const delimiter = delimiters.get(config.optionalText('CSVDelimiter') ?? '') ?? ',';
  const given = config.text('CSVHeaderLocation') === 'GIVEN' ? config.texts('CSVHeaders') : undefined;
  if (!given && config.get('CSVHeaders') !== undefined) {
    config.fail("has 'CSVHeaders', but takes them from the first row");
  }
  return (text) => {
    const rows = csvRows(text, delimiter);
    const headers = given ?? rows.shift() ?? [];
    return rows.map((row) =>
      Object.fromEntries(headers.map((header, column) => [header, row[column] ?? ''])),
    );
  };
}

/**
 * A cell in double quotes may hold delimiters and line breaks; a doubled quote is a quote, in any cell. A backslash
 * escapes a backslash, a quote and the delimiter; before any other character it is dropped. Empty lines are skipped.
 */
function csvRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  /** Whether the current cell has begun, which it also has after an empty pair of quotes. */
  let begun = false;
  const endCell = () => {
    row.push(cell);
    cell = '';
    begun = false;
  };
  const endRow = () => {
    if (row.length === 0 && !begun) return;
    endCell();
    rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (char === '\\') {
      if (next === '\\' || next === '"' || next === delimiter) {
        cell += next;
        begun = true;
        at++;
      }
    } else if (char === '"' && !quoted && !begun) {
      quoted = true;
      begun = true;
    } else if (char === '"' && next === '"') {
      cell += '"';
      at++;
    } else if (char === '"' && quoted) {
      quoted = false;
    } else if (char === delimiter && !quoted) {
      endCell();
    } else if (!quoted && (char === '\n' || (char === '\r' && next === '\n'))) {
      if (char === '\r') at++;
      endRow();
    } else {
      cell += char;
      begun = true;
    }
  }
  endRow();
  return rows;
}
