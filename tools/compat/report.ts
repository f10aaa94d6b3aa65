/** What came of the mixes, for people. */
import type { Colors } from 'picocolors/types';
import { duration } from '../../bin/terminal/text';
import type { MixReport } from './compare';
import { type Judged, MEANT_FILE, type Meant } from './meant';
import { type Changes, type Direction, titleOf } from './mixes';

/** What `--json` prints. */
export interface Result extends Judged {
  /** Whether nothing fails that executions can meet, unless it is meant. */
  isCompatible: boolean;
  base: { revision: string; commit: string };
  changes: Changes;
  mixes: readonly MixReport[];
  /** Why the functions of the base could not be mixed, if they could not: executions are then given today's alone. */
  problem: string | undefined;
  /** How long it took. */
  milliseconds: number;
}

type JudgedFailure = Judged['failures'][number];

/** Shown in each group, and failures of each. `--json` has all. */
const CAUSES = 10;
const SHOWN = 3;

const MEANING: Readonly<Record<Direction, string>> = {
  'old definitions':
    'Executions that are running will meet this. Release what works with both first, and take the old away a release later.',
  'new definitions':
    'Executions that begin on the new definitions will meet this if the base is deployed again.',
};

const HARMLESS = 'Harmless: executions keep the version of the function that they began with.';

/** Failures that executions can meet, and nobody means. */
export const decisive = ({ failures }: Judged): JudgedFailure[] =>
  failures.filter(({ isMet, meant }) => isMet && !meant);

export function renderResult(result: Result, colours: Colors): string {
  const { base, changes, mixes, failures, stale, problem } = result;
  const unmeant = failures.filter(({ meant }) => !meant);
  const groups = (['old definitions', 'new definitions'] as const).flatMap((direction) => {
    const own = unmeant.filter((failure) => failure.direction === direction);
    const met = own.filter(({ isMet }) => isMet);
    const kept = own.filter(({ isMet }) => !isMet);
    return [
      group(colours.red(`${direction}: ${met.length} fail`), MEANING[direction], met),
      group(colours.yellow(`${direction}: ${kept.length} would fail without versions`), HARMLESS, kept),
    ];
  });
  const meant = failures.filter((failure) => failure.meant);
  return [
    `${colours.bold(`Old with new: ${base.revision} (${base.commit.slice(0, 8)}) and the work tree`)}\n` +
      `Definitions that differ: ${listOf(changes.definitions)}\nFunctions that differ: ${listOf(changes.functions)}`,
    changes.dependencies
      ? "package-lock.json differs. Of that nothing is seen: the base's functions run on today's dependencies."
      : '',
    problem === undefined
      ? ''
      : `The functions of the base cannot be made in today's world, so that only its definitions are mixed:\n  ${problem}`,
    ...mixes.map((mix) => renderMix(mix, changes)),
    ...groups,
    group(`${meant.length} fail as ${MEANT_FILE} says`, '', meant),
    staleText(stale),
    verdict(result, colours),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const listOf = (names: readonly string[]) => names.join(', ') || 'none';

function verdict(result: Result, colours: Colors): string {
  const count = decisive(result).length;
  if (count > 0)
    return `${colours.red(`${count} ${count === 1 ? 'failure' : 'failures'} that executions can meet.`)} Say in ${MEANT_FILE} which are meant (--help).`;
  if (result.mixes.length === 0)
    return 'Executions meet no mix: all that differs is of one revision, whose own tests prove it.';
  return `${colours.green('Nothing fails that executions can meet.')} ${duration(result.milliseconds)}`;
}

function renderMix(mix: MixReport, changes: Changes): string {
  const { direction, tests, matrix, fromBase } = mix;
  const isOld = direction === 'old definitions';
  const foreign = isOld ? changes.functions.filter((name) => !fromBase.includes(name)) : fromBase;
  const { passed, failed, isNew, unjudged } = tests;
  const [first] = unjudged;
  const also = isNew > 0 ? `; ${number(isNew)} more that the base does not have` : '';
  return [
    titleOf(mix),
    `  with ${isOld ? "today's" : "the base's"} ${listOf(foreign)}`,
    `  tests: ${number(passed)} pass, ${number(failed)} fail${also}`,
    first &&
      `  not judged, as they fail with their own functions, too: ${number(unjudged.length)}, first ${first.name}\n    ${first.reason}`,
    matrix &&
      `  fault matrix: ${number(matrix.runs)} runs${
        matrix.known > 0 ? `; what the base alone breaks, too: ${number(matrix.known)}` : ''
      }`,
  ]
    .filter(Boolean)
    .join('\n');
}

const number = (value: number) => value.toLocaleString('en');

/** By what they have in common: one cause often fails many tests. */
function group(title: string, meaning: string, failures: readonly JudgedFailure[]): string {
  if (failures.length === 0) return '';
  const causes = [...new Set(failures.map(causeOf))];
  return [
    meaning === '' ? title : `${title}. ${meaning}`,
    ...causes.slice(0, CAUSES).flatMap((cause) => {
      const own = failures.filter((failure) => causeOf(failure) === cause);
      return [
        `  ${cause}`,
        ...own.slice(0, SHOWN).flatMap(linesOf),
        ...(own.length > SHOWN ? [`    and ${number(own.length - SHOWN)} more: --json lists all`] : []),
      ];
    }),
    ...(causes.length > CAUSES
      ? [`  and ${number(causes.length - CAUSES)} other reasons: --json lists all`]
      : []),
  ].join('\n');
}

const causeOf = ({ kind, name, reason, meant }: JudgedFailure): string =>
  meant ? `${meant.reason} (${meant.release})` : kind === 'fault matrix' ? statementOf(name) : reason;

/** A name of the fault matrix is `scenario: statement`. */
const statementOf = (name: string): string => name.slice(name.indexOf(': ') + 2);

const linesOf = ({ kind, name, reason, place, meant }: JudgedFailure): string[] =>
  kind === 'fault matrix'
    ? [`    ${meant ? name : name.replace(statementOf(name), reason)}`, `      plan: ${place}`]
    : [`    ${name}`, ...(place === undefined ? [] : [`      ${place}`])];

const staleText = (stale: readonly Meant[]): string =>
  stale.length === 0
    ? ''
    : [
        `Nothing failed for these entries of ${MEANT_FILE}. Remove them:`,
        ...stale.map(({ direction, fails, release }) => `  ${direction}: ${fails} (${release})`),
      ].join('\n');
