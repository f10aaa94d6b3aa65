/** The sections of a report about workflows, and about executions that run. */
import { PRICES } from '../cost/prices';
import type { EndCost } from '../cost/transitions';
import { shown } from './app';
import { code, differenceText, type Section, table } from './markdown';
import type { Review } from './review';
import type { StateChange } from './states';
import type { CostChange, WorkflowChange } from './workflows';

export const RUNNING = 'Executions that are running';

/** Failures that are shown. */
const SHOWN = 10;

export function runningSection({ running, compat, workflows }: Review): Section {
  const affected = running.filter(({ breaks, meets }) => breaks.length + meets.length > 0);
  const lines = affected.flatMap(({ workflow, breaks, meets }) => [
    `- **${workflow}**`,
    ...breaks.map((text) => `  - **Breaks:** ${shown(text)}`),
    ...meets.map((text) => `  - ${shown(text)}`),
  ]);
  const areDefinitionsChanged = workflows.some(({ kind }) => kind === 'changed' || kind === 'gone');
  return {
    title: RUNNING,
    lines: [
      'They keep the definition that they began with, and where a failure is caught also the versions of functions. ' +
        (affected.some(({ breaks }) => breaks.length > 0)
          ? 'But not all that they need stays:'
          : areDefinitionsChanged || affected.length > 0
            ? 'All that they use stays.'
            : 'Nothing that they use is changed.'),
      ...lines,
      ...compatLines(compat),
    ],
  };
}

function compatLines(compat: Review['compat']): string[] {
  if (!compat) return ['', '_Old definitions were not run with new functions: `--compat` does._'];
  const { base, failures, mixes, problem } = compat;
  const when = {
    'old definitions': 'when this is deployed',
    'new definitions': `when ${base.revision} is deployed again`,
  };
  const met = failures.filter(({ isMet, meant }) => isMet && !meant);
  const rest = failures.length - met.length;
  const unjudged = mixes.reduce((sum, { tests }) => sum + tests.unjudged.length, 0);
  const also =
    rest > 0 ? ` ${rest} more are meant, or kept from executions by the versions of functions.` : '';
  return [
    '',
    ...(problem === undefined ? [] : [`Functions of the base could not be run: ${problem}`, '']),
    mixes.length === 0
      ? 'Old with new: nothing to mix.'
      : met.length === 0
        ? `Old with new: nothing fails that executions can meet, in ${mixes.length} mixes.${also}`
        : `**Old with new: ${met.length} failures that executions can meet.**${also}`,
    ...met
      .slice(0, SHOWN)
      .map(({ direction, name, reason }) => `- ${when[direction]}: ${code(name)}: ${reason.split('\n')[0]}`),
    ...(met.length > SHOWN ? [`- and ${met.length - SHOWN} more`] : []),
    ...(unjudged > 0
      ? ['', `${unjudged} tests are not judged: they fail without a mix, too. \`npm test\` comes first.`]
      : []),
  ];
}

export const workflowSections = ({ workflows }: Review): Section[] => workflows.map(workflowSection);

function workflowSection({ workflow, kind, definition, bindings, diagram, costs }: WorkflowChange): Section {
  const title = `Workflow ${workflow}`;
  switch (kind) {
    case 'new':
      return { title, lines: ['It is new.'], ...folded('Its picture', diagram) };
    case 'gone':
      return { title, lines: ['It is gone.'] };
    case 'comments':
      return { title, lines: ['Only comments of its definition differ. It is published as a new version.'] };
    case 'changed':
      return {
        title,
        lines: [
          ...(definition?.fields ?? []).map((difference) => `- ${differenceText(difference)}`),
          ...(definition?.states ?? []).flatMap(stateLines),
          ...bindings.map((difference) => `- ${differenceText(difference)}`),
          ...costLines(costs),
        ],
        ...folded('The workflow with its changes: green is new, yellow changed, red gone', diagram),
      };
  }
}

const folded = (title: string, diagram: string | undefined): Pick<Section, 'folded'> | undefined =>
  diagram === undefined ? undefined : { folded: { title, text: `\`\`\`mermaid\n${diagram}\`\`\`` } };

function stateLines({ state, kind, before, differences, does, uncaught }: StateChange): string[] {
  const heads: Readonly<Record<StateChange['kind'], string>> = {
    added: `- ${code(state)} is **new**: ${does}`,
    removed: `- ${code(state)} is **gone**: ${does}`,
    changed: `- ${code(state)}`,
    renamed: `- ${code(before ?? '')} is **renamed** to ${code(state)}`,
  };
  return [
    heads[kind],
    ...differences.map((difference) => `  - ${differenceText(difference)}`),
    ...(uncaught === undefined ? [] : [`  - **${uncaught}**`]),
  ];
}

function costLines(costs: WorkflowChange['costs']): string[] {
  if (typeof costs === 'string') return ['', costs];
  if (costs.length === 0) return ['', 'Billed transitions to each end: as before.'];
  return [
    '',
    ...table([
      ['Ends at', 'Transitions: least', 'most', 'with all retries', '$ per million, at least'],
      ...costs.map(({ end, before, after }: CostChange) => [
        code(end),
        arrow(before?.least, after?.least),
        arrow(before?.most, after?.most),
        arrow(before?.bound, after?.bound),
        arrow(perMillion(before), perMillion(after)),
      ]),
    ]),
  ];
}

const perMillion = (cost: EndCost | undefined): string | undefined =>
  cost && Math.round(cost.least * PRICES.transition.dollars * 1e6).toLocaleString('en-US');

const arrow = (before: number | string | undefined, after: number | string | undefined): string =>
  before === after ? String(after) : `${before ?? '–'} → ${after ?? '–'}`;
