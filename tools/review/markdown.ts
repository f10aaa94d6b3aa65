/** Parts of the report in GitHub's Markdown. */
import { clip } from '../../bin/terminal/text';
import type { Json } from '../../lib/workflow/json';
import { shown } from './app';
import type { Difference } from './leaves';
import { wordDifference } from './words';

/** The most characters of a value that are shown. */
const LONGEST = 240;

/** From here on, texts are compared word by word. */
const LONG = 80;

export const code = (text: string): string => {
  const plain = text.replace(/\s+/g, ' ');
  return plain.includes('`') ? `\`\` ${plain} \`\`` : `\`${plain}\``;
};

/** `Timeout`: 20 → 40 */
export function differenceText({ path, before, after }: Difference): string {
  const name = code(path);
  if (before === undefined) return `${name}: new, ${valueText(after)}`;
  if (after === undefined) return `${name}: gone, was ${valueText(before)}`;
  if (typeof before === 'string' && typeof after === 'string' && Math.max(before.length, after.length) > LONG)
    return `${name}: ${code(clip(wordDifference(shown(before), shown(after)), 2 * LONGEST))}`;
  const [old, now] = [JSON.stringify(before), JSON.stringify(after)];
  if (isPlainList(before) && isPlainList(after) && Math.max(old.length, now.length) > LONG)
    return `${name}: ${listDifference(before, after)}`;
  return `${name}: ${valueText(before)} → ${valueText(after)}`;
}

const isPlainList = (json: Json): json is Json[] =>
  Array.isArray(json) && json.every((entry) => typeof entry !== 'object');

/** Entries that came and went: of two long lists only the beginnings would be seen. */
function listDifference(before: readonly Json[], after: readonly Json[]): string {
  const beyond = (list: readonly Json[], other: readonly Json[]) =>
    clip(
      list
        .filter((entry) => !other.includes(entry))
        .map((entry) => code(shown(String(entry))))
        .join(', '),
      LONGEST,
    );
  const [added, gone] = [beyond(after, before), beyond(before, after)];
  const parts = [added && `with ${added}`, gone && `without ${gone}`].filter((part) => part !== '');
  return parts.length === 0 ? 'in another order' : parts.join(', ');
}

const valueText = (json: Json | undefined): string =>
  code(clip(shown(typeof json === 'string' ? json : JSON.stringify(json)), LONGEST));

/** A Markdown table; the first row is its head. */
export const table = (rows: readonly (readonly string[])[]): string[] => {
  const [head = [], ...rest] = rows.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  return [head, head.map(() => '---'), ...rest].map((cells) => `| ${cells.join(' | ')} |`);
};

export interface Section {
  readonly title: string;
  /** Each is cut off from the end when the report is too long. */
  readonly lines: readonly string[];
  /** Folded: the first to go when the report is too long. */
  readonly folded?: { readonly title: string; readonly text: string };
}

/** Sections as one text of at most so many characters, in which what was left out is said. */
export function fitted(head: string, sections: readonly Section[], most: number): string {
  const whole = render(head, sections);
  if (whole.length <= most) return whole;
  const plain = sections.map(({ folded, ...section }) =>
    folded
      ? { ...section, lines: [...section.lines, `_Left out, as the report is too long: ${folded.title}._`] }
      : section,
  );
  for (let lines = 200; lines >= 3; lines = Math.floor(lines / 1.5)) {
    const text = render(
      head,
      plain.map((section) => cut(section, lines)),
    );
    if (text.length <= most) return text;
  }
  return `${render(head, []).slice(0, most - 200)}\n\n_Too much was changed to be listed here. \`npm run review\` with \`--stage\` of a smaller stage may help; or split the change._\n`;
}

function cut(section: Section, most: number): Section {
  const { lines } = section;
  if (lines.length <= most) return section;
  const isDiff = lines[0] === '```diff';
  return {
    ...section,
    lines: [
      ...lines.slice(0, most),
      ...(isDiff ? ['```'] : []),
      '',
      `_…and ${lines.length - most} more lines, left out as the report is too long._`,
    ],
  };
}

const render = (head: string, sections: readonly Section[]): string =>
  `${[
    head,
    ...sections.map(({ title, lines, folded }) =>
      [
        `### ${title}\n`,
        ...lines,
        ...(folded
          ? ['', `<details><summary>${folded.title}</summary>`, '', folded.text, '', '</details>']
          : []),
      ].join('\n'),
    ),
  ].join('\n\n')}\n`;
