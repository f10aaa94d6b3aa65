// The body of an HTTP Task as form data.
import { TaskFailure } from './failure';

const FORMATS = ['INDICES', 'REPEAT', 'COMMAS', 'BRACKETS'] as const;
export type ArrayFormat = (typeof FORMATS)[number];

export function arrayFormat(value: unknown): ArrayFormat {
  const format = FORMATS.find((candidate) => candidate === (value ?? 'INDICES'));
  if (format) return format;
  throw new TaskFailure('States.Runtime', `ArrayFormat must be one of ${FORMATS.join(', ')}.`);
}

/** `a=1&b%5Bc%5D=2`: members of objects in brackets, arrays as the format says, null as an empty value. */
export function urlEncode(body: Readonly<Record<string, unknown>>, format: ArrayFormat): string {
  return Object.entries(body)
    .flatMap(([key, value]) => pairs(key, value, format))
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join('&');
}

function pairs(key: string, value: unknown, format: ArrayFormat): [key: string, value: string][] {
  if (Array.isArray(value)) {
    if (format === 'COMMAS') return [[key, value.map(leaf).join(',')]];
    return value.flatMap((item, index) => pairs(arrayKey(key, index, format), item, format));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, member]) => pairs(`${key}[${name}]`, member, format));
  }
  return [[key, leaf(value)]];
}

function arrayKey(key: string, index: number, format: Exclude<ArrayFormat, 'COMMAS'>): string {
  switch (format) {
    case 'INDICES':
      return `${key}[${index}]`;
    case 'BRACKETS':
      return `${key}[]`;
    case 'REPEAT':
      return key;
  }
}

const leaf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
