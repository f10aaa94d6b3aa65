/** The sections of a report, but those about workflows. One without lines is left out. */
import { type Resource, shown, typeOf } from './app';
import { code, differenceText, type Section, table } from './markdown';
import { factsText, grouped } from './permissions';
import { type Changed, heldBy, type Loss } from './resources';
import { lossesOfContent, type Review } from './review';

/** First what cannot be mended afterwards. */
export const lossSection = (review: Review): Section => {
  const losses = lossesOfContent(review);
  return {
    title: 'Destroyed, replaced, orphaned',
    lines:
      losses.length === 0
        ? []
        : [
            ...table([
              ['Resource', 'Becomes of it', 'Why', 'Holds'],
              ...losses.map((loss) => [
                `**${loss.resource.name}** (${typeOf(loss.resource)})`,
                fateOf(loss),
                loss.reason,
                heldBy(loss.resource) ?? '',
              ]),
            ]),
            ...losses.flatMap(({ resource, obstacle }) =>
              obstacle ? ['', `The deployment will stop at ${resource.name}: ${obstacle}.`] : [],
            ),
          ],
  };
};

function fateOf({ successor, stays, isPossible }: Loss): string {
  const fate = successor
    ? stays
      ? 'replaced by an empty one; the old one stays, unused'
      : 'replaced by an empty one; the old one is **deleted**'
    : stays
      ? 'orphaned: it stays, unused'
      : '**deleted**';
  return isPossible ? `perhaps ${fate}` : fate;
}

/** Wider has a plus, narrower a minus; what remains of that stands below it. */
export function permissionSection({ permissions: { wider, narrower, remains }, resources }: Review): Section {
  const signed = (
    [
      ['+', wider],
      ['-', narrower],
      [' ', remains],
    ] as const
  ).flatMap(([sign, facts]) => grouped(facts).map((each) => ({ sign, ...each })));
  const principals = [...new Set(signed.map(({ principal }) => principal))].sort();
  const lines = principals.flatMap((name) => [
    `@@ ${name}${resources.added.some((resource) => resource.name === name) ? ' (new)' : ''} @@`,
    ...signed
      .filter(({ principal }) => principal === name)
      .map(({ sign, effect, ...facts }) => {
        const denial = effect === 'Deny' ? 'not ' : '';
        const still = sign === ' ' ? 'still: ' : '';
        return `${sign} ${still}${denial}${shown(factsText({ effect, ...facts }))}`;
      }),
  ]);
  return { title: 'Permissions', lines: lines.length === 0 ? [] : ['```diff', ...lines, '```'] };
}

/** By the files that made the difference: a shared one changes many functions. */
export function codeSection({ code: changes }: Review): Section {
  const groups = new Map<string, typeof changes>();
  for (const change of changes) {
    const files =
      [
        change.files.map(code).join(', '),
        change.newFiles.length > 0 ? `newly in it ${change.newFiles.map(code).join(', ')}` : '',
      ]
        .filter((part) => part !== '')
        .join('; ') || 'packages that they use';
    groups.set(files, [...(groups.get(files) ?? []), change]);
  }
  return {
    title: 'Code of functions',
    lines: [...groups].flatMap(([files, own]) => [
      `- ${own.map(({ name, bytesBefore, bytes }) => `**${name}** ${kilobytes(bytesBefore, bytes)}`).join(', ')}, by ${files}`,
    ]),
  };
}

const kilobytes = (before: number, after: number): string => {
  const size = Math.abs(after - before);
  const text = size < 1000 ? `${size} bytes` : `${(size / 1000).toFixed(1)} KB`;
  return `(${(after / 1000).toFixed(1)} KB, ${size === 0 ? 'as before' : `${after > before ? '+' : '−'}${text}`})`;
};

/** The same in several stages is one line. */
export function settingSection({ settings }: Review): Section {
  const title = 'Settings of stages';
  if (!settings)
    return {
      title,
      lines: ['They cannot be compared: one of the revisions has no lib/stages.ts that can be read.'],
    };
  const stages = new Map<string, string[]>();
  for (const { path, ...values } of settings) {
    const [stage = '', ...rest] = path.split('.');
    const text = differenceText({ path: rest.join('.'), ...values });
    stages.set(text, [...(stages.get(text) ?? []), stage]);
  }
  return { title, lines: [...stages].map(([text, own]) => `- ${own.join(', ')}: ${text}`) };
}

export const ALARM = /^AWS::CloudWatch::(Composite)?Alarm$/;

export const alarmSection = (review: Review): Section => ({
  title: 'Alarms',
  lines: resourceLines(review, ({ type }) => ALARM.test(type)),
});

export const outputSection = ({ outputs: { obstacles, changes } }: Review): Section => ({
  title: 'Outputs and stacks',
  lines: [
    ...obstacles.map((text) => `- **The deployment will stop:** ${text}`),
    ...changes.map((text) => `- ${text}`),
  ],
});

export const resourceSection = (review: Review): Section => ({
  title: 'Other resources',
  lines: resourceLines(review, ({ type }) => !ALARM.test(type)),
});

function resourceLines(
  { resources: { added, losses, changed } }: Review,
  isMeant: (resource: Resource) => boolean,
): string[] {
  const without = losses.filter(({ resource }) => isMeant(resource) && !heldBy(resource));
  const properties = new Map(losses.map(({ resource, property }) => [resource.key, property]));
  return [
    ...together(added.filter(isMeant), () => 'new'),
    ...together(
      without.filter(({ successor }) => !successor).map(({ resource }) => resource),
      () => 'removed',
    ),
    ...together(
      without.filter(({ successor }) => successor).map(({ resource }) => resource),
      ({ key }) => {
        const { reason = '', obstacle } = without.find(({ resource }) => resource.key === key) ?? {};
        return `made anew, ${reason}${obstacle ? `. **The deployment will stop there: ${obstacle}.**` : ''}`;
      },
    ),
    ...together(changed.map(({ resource }) => resource).filter(isMeant), ({ key }) => {
      const change = changed.find(({ resource }) => resource.key === key);
      return change ? ownDifferences(change, properties.get(key)).join('; ') : '';
    }),
  ];
}

/** Names of resources of one type that are shown where the same happens to them. */
const NAMES = 6;

/** One line for all resources of a type to which the same happens; none where nothing does. */
function together(resources: readonly Resource[], happens: (resource: Resource) => string): string[] {
  const groups = new Map<string, Resource[]>();
  for (const resource of resources) {
    const what = happens(resource);
    if (what === '') continue;
    const key = `${typeOf(resource)}: ${what}`;
    groups.set(key, [...(groups.get(key) ?? []), resource]);
  }
  return [...groups].map(([what, own]) => {
    const names = own.map(({ name }) => `**${name}**`);
    const more = names.length > NAMES ? ` and ${names.length - NAMES} more` : '';
    return `- ${names.slice(0, NAMES).join(', ')}${more}, ${what}`;
  });
}

/** Those that stay and of which a line in `Other resources` tells. */
export const otherChanges = ({ resources: { changed, losses } }: Review): Changed[] =>
  changed.filter(
    (change) =>
      !ALARM.test(change.resource.type) &&
      !losses.some(({ resource }) => resource.key === change.resource.key) &&
      ownDifferences(change, undefined).length > 0,
  );

/** Told elsewhere. A definition that is no text is not. */
const ELSEWHERE =
  /^(Code\.|DefinitionString(?!\.Fn::)|DefinitionSubstitutions|PolicyDocument|KeyPolicy|AssumeRolePolicyDocument)/;

/** Texts of which it suffices to know that they differ. */
const UNREAD = /^(DashboardBody|QueryString)/;

/** @param replacing the property that makes the resource a new one, of which its own line tells */
function ownDifferences({ differences }: Changed, replacing: string | undefined): string[] {
  const own = differences.filter(
    ({ path }) => !ELSEWHERE.test(path) && (replacing === undefined || path.split('.')[0] !== replacing),
  );
  const unread = own.filter(({ path }) => UNREAD.test(path));
  return [
    ...own.filter(({ path }) => !UNREAD.test(path)).map(differenceText),
    ...(unread.length > 0 ? ['shows something else'] : []),
  ];
}
