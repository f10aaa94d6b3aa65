/** The report as Markdown, the verdict first. */
import { fitted, type Section } from './markdown';
import { isAbout } from './permissions';
import { heldBy } from './resources';
import { findingsIn, lossesOfContent, type Review } from './review';
import {
  ALARM,
  alarmSection,
  codeSection,
  lossSection,
  otherChanges,
  outputSection,
  permissionSection,
  resourceSection,
  settingSection,
} from './sections';
import { RUNNING, runningSection, workflowSections } from './workflow-sections';

/** GitHub takes a comment of 65,536. */
const MOST_CHARACTERS = 60_000;

export interface Title {
  readonly stage: string;
  /** `main (1a2b3c4d)` */
  readonly base: string;
  readonly head: string;
}

export function render(review: Review, { stage, base, head }: Title): string {
  const about = `of ${stage}, from ${base} to ${head}`;
  const sections = sectionsOf(review);
  // What tells of executions has always something to say.
  const [first, ...others] = sections.filter((section) => section.title !== RUNNING);
  if (findingsIn(review).length === 0) {
    if (!first) return `Review ${about}: nothing changes.\n`;
    const comments = review.workflows.filter(({ kind }) => kind === 'comments');
    if (comments.length === others.length + 1)
      return `Review ${about}: nothing changes but comments in the definitions of ${comments.map(({ workflow }) => workflow).join(', ')}.\n`;
  }
  return fitted(`## Review ${about}\n\n${verdict(review)}`, sections, MOST_CHARACTERS);
}

const sectionsOf = (review: Review): Section[] =>
  [
    lossSection(review),
    runningSection(review),
    permissionSection(review),
    ...workflowSections(review),
    codeSection(review),
    settingSection(review),
    alarmSection(review),
    outputSection(review),
    resourceSection(review),
  ].filter(({ lines }) => lines.length > 0);

/** As one of GitHub's alerts: what nobody must overlook, then what else was changed. */
function verdict(review: Review): string {
  const findings = findingsIn(review);
  const losses = lossesOfContent(review);
  const breaks = review.running.flatMap(({ workflow, breaks }) => (breaks.length > 0 ? [workflow] : []));
  const failures = (review.compat?.failures ?? []).filter(({ isMet, meant }) => isMet && !meant);
  const meets = review.running.some((change) => change.meets.length > 0);
  const stops = obstaclesIn(review);
  const { abandoned, added } = review.resources;
  const wider = [...new Set(review.permissions.wider.map(({ principal }) => principal))].map((name) =>
    added.some((resource) => resource.name === name) ? `${name} (new)` : name,
  );
  const points = [
    ...(abandoned.length > 0
      ? [
          `**Left behind, with all that is in them:** the stacks ${abandoned.join(', ')} as they are deployed.`,
        ]
      : []),
    ...losses
      .slice(0, 5)
      .map(
        ({ resource, successor, stays, isPossible }) =>
          `**${resource.name}** is ${isPossible ? 'perhaps ' : ''}${successor ? 'replaced by an empty one' : 'removed'}; ${stays ? `the old one stays, unused, with ${heldBy(resource)}` : `lost: ${heldBy(resource)}`}.`,
      ),
    ...(losses.length > 5 ? [`${losses.length - 5} more resources are replaced or removed.`] : []),
    breaks.length > 0
      ? `**Executions that are running lose what they need:** ${breaks.join(', ')}.`
      : failures.length > 0
        ? `**Executions can meet ${failures.length} ${failures.length === 1 ? 'failure' : 'failures'} of old with new.**`
        : `Executions that are running go on${meets ? ' and meet what is new at some states' : ' as they began'}${review.compat ? '' : ', as far as templates tell'}.`,
    findings.includes('broadening')
      ? `**Permissions get wider:** ${wider.slice(0, 5).join(', ')}${wider.length > 5 ? ` and ${wider.length - 5} more` : ''}.`
      : 'No permission gets wider.',
    ...(stops > 0 ? [`**The deployment will stop** at ${stops} ${stops === 1 ? 'place' : 'places'}.`] : []),
    ...summary(review),
  ];
  const alert =
    findings.includes('destructive') || findings.includes('running') || stops > 0
      ? 'CAUTION'
      : findings.includes('broadening')
        ? 'WARNING'
        : 'NOTE';
  return [`> [!${alert}]`, ...points.map((point) => `> - ${point}`)].join('\n');
}

const obstaclesIn = ({ outputs, resources }: Review): number =>
  outputs.obstacles.length + resources.losses.filter(({ obstacle }) => obstacle !== undefined).length;

function summary(review: Review): string[] {
  const { workflows, code, settings, resources, permissions } = review;
  const states = workflows.flatMap(({ definition }) => definition?.states ?? []).length;
  const strangers = [...resources.losses.map(({ resource }) => resource), ...resources.added];
  // Of a role that goes, or about a resource that is new, nothing is taken away.
  const narrowed = permissions.narrower.filter(
    ({ principal, resource }) =>
      !strangers.some((each) => each.name === principal || isAbout(resource, each)),
  );
  const narrowedFor = new Set(narrowed.map(({ principal }) => principal)).size;
  const counts: [number, string, string][] = [
    [states, 'state', 'states'],
    [workflows.filter(({ kind }) => kind === 'new').length, 'new workflow', 'new workflows'],
    [
      workflows.filter(({ kind }) => kind === 'gone').length,
      'workflow that is gone',
      'workflows that are gone',
    ],
    [code.length, 'function with other code', 'functions with other code'],
    [settings?.length ?? 0, 'setting', 'settings'],
    [resources.added.length, 'new resource', 'new resources'],
    [
      resources.losses.filter(({ resource }) => !heldBy(resource)).length,
      'resource without content made anew or removed',
      'resources without content made anew or removed',
    ],
    [resources.changed.filter(({ resource }) => ALARM.test(resource.type)).length, 'alarm', 'alarms'],
    [otherChanges(review).length, 'other resource', 'other resources'],
    [narrowedFor, 'role or service that may do less', 'roles or services that may do less'],
  ];
  const said = counts.flatMap(([count, one, many]) =>
    count === 0 ? [] : [`${count} ${count === 1 ? one : many}`],
  );
  return said.length > 0 ? [`Changed: ${said.join(', ')}.`] : [];
}
