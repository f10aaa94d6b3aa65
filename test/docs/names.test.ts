/** The files, links, headings and scripts that the documents name exist. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { scripts } from '../../package.json';

const repository = join(__dirname, '../..');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

/** Of a picture. */
const MOST_BYTES = 100 * 1024;

const text = (document: string) => readFileSync(join(repository, document), 'utf8');

/** The anchors that GitHub makes for a document's headings. */
const anchorsIn = (document: string) =>
  Array.from(text(document).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

describe.each(documents)('%s', (document) => {
  test('has links only to existing pages and headings', () => {
    const links = Array.from(text(document).matchAll(/\]\((?!https?:)([^)]+)\)/g), ([, link = '']) => link);
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? document : join(dirname(document), path);
      return (
        !existsSync(join(repository, target)) || (anchor !== undefined && !anchorsIn(target).includes(anchor))
      );
    });
    expect(broken).toEqual([]);
  });

  test('shows pictures that load at once', () => {
    const pictures = Array.from(text(document).matchAll(/!\[[^\]]+\]\(([^)]+)\)/g), ([, path = '']) => path);
    const sizes = pictures.map((path) => statSync(join(repository, dirname(document), path)).size);
    expect(sizes.filter((size) => size === 0 || size > MOST_BYTES)).toEqual([]);
    if (document === 'README.md') expect(pictures).toEqual(['docs/console.webp']);
  });

  test('names existing scripts only', () => {
    const named = Array.from(text(document).matchAll(/npm run ([\w:-]+)/g), ([, script]) => script);
    expect(named.filter((script) => !Object.hasOwn(scripts, script ?? ''))).toEqual([]);
  });
});

/** Paths that begin with a folder of the repository, except patterns and the files of the example. */
const filesNamedIn = (document: string) =>
  Array.from(
    text(document).matchAll(
      /`((?:bin|client|contracts|docs|lambda|lib|statemachines|test|tools)\/[^`\s]*)`/g,
    ),
    ([, file = '']) => file,
  ).filter((file) => !/refund|[*<…]/.test(file));

test.each(['README.md', 'CONTRIBUTING.md', 'docs/adding-a-workflow.md', 'docs/architecture.md'])(
  '%s names files that are there',
  (document) => {
    const files = filesNamedIn(document);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(join(repository, file)))).toEqual([]);
  },
);
