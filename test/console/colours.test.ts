/** Whether the page's text can be read on what is behind it: the contrast that WCAG 2 asks for (AA), in light and dark. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const css = readFileSync(join(__dirname, '../../console/page/page.css'), 'utf8');
const LEAST = 4.5;

/** The colours of `:root`, by name; the dark ones replace some. */
function coloursIn(scheme: 'light' | 'dark'): Map<string, string> {
  const [light = '', dark = ''] = [...css.matchAll(/:root \{(.*?)\}/gs)].map(([, block]) => block);
  const declared = `${light}${scheme === 'dark' ? dark : ''}`.matchAll(/--([\w-]+): (#[0-9a-f]+);/g);
  return new Map([...declared].map(([, name = '', colour = '']) => [name, colour]));
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replace(/\w/g, '$&$&') : colour;
  const [red = 0, green = 0, blue = 0] = (digits.match(/\w\w/g) ?? []).map((pair) => {
    const part = Number.parseInt(pair, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

test('the formula: black on white is 21, and grey #767676 the lightest that can be read on it', () => {
  expect(contrast('#000', '#fff')).toBeCloseTo(21);
  expect(contrast('#767676', '#fff')).toBeGreaterThanOrEqual(LEAST);
  expect(contrast('#777777', '#fff')).toBeLessThan(LEAST);
});

describe.each(['light', 'dark'] as const)('%s', (scheme) => {
  const colours = coloursIn(scheme);
  const backs = [...colours.keys()].filter((name) => name.endsWith('-back'));
  const tones = backs.map((name) => name.replace(/-back$/, ''));
  const pairs = [
    ...['text', 'faint'].flatMap((text) => ['back', 'raised', ...backs].map((back) => [text, back])),
    ...[...tones, 'accent', 'focus'].flatMap((tone) => ['back', 'raised'].map((back) => [tone, back])),
    ...tones.map((tone) => [tone, `${tone}-back`]),
  ];

  test('every tone has a back of its own, and a colour of this scheme', () => {
    expect(tones).toEqual(expect.arrayContaining(['done', 'undone', 'caught', 'running', 'failed']));
    const other = coloursIn(scheme === 'dark' ? 'light' : 'dark');
    expect([...colours].filter(([name, colour]) => other.get(name) === colour)).toEqual([]);
  });

  test('every text can be read on every back that it has', () => {
    const poor = pairs.flatMap(([text = '', back = '']) => {
      const ratio = contrast(colours.get(text) ?? '', colours.get(back) ?? '');
      return ratio >= LEAST ? [] : [`--${text} on --${back}: ${ratio.toFixed(2)}`];
    });
    expect(poor).toEqual([]);
  });
});
