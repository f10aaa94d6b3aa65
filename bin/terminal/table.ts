// Lays rows of text out in columns, each as wide as its widest cell.

import { stripVTControlCharacters } from 'node:util';

/** Cells may contain colours, which do not count for the width. */
export function table(rows: readonly (readonly string[])[]): string {
  const width = (cell: string) => stripVTControlCharacters(cell).length;
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
