import { InvalidArgumentError } from 'commander';

/** Returns a parser for an option's value. */
export const wholeNumber = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  }
  return value;
};

const milliseconds = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses `30m`, `12h` or `7d` into milliseconds. */
export function period(text: string): number {
  const [, count = '', unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  if (Number(count) === 0 || (unit !== 'm' && unit !== 'h' && unit !== 'd')) {
    throw new InvalidArgumentError('It must be minutes, hours or days: 30m, 12h, 7d.');
  }
  return Number(count) * milliseconds[unit];
}
