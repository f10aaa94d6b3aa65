/** Compares two synthesized revisions. */
import type { Json } from '../../lib/workflow/json';
import { type CodeChange, codeChanges } from './code';
import type { CompatResult } from './compat';
import { type Difference, differencesOf } from './leaves';
import { type OutputChanges, outputChanges } from './outputs';
import { type PermissionChanges, permissionChanges } from './permissions';
import { type Changed, heldBy, type Loss, type ResourceChanges, resourceChanges } from './resources';
import { type RunningChange, runningChanges } from './running';
import type { Side } from './sides';
import type { Spec } from './spec';
import { type WorkflowChange, workflowChanges } from './workflows';

export interface Review {
  readonly resources: ResourceChanges;
  readonly permissions: PermissionChanges;
  readonly workflows: readonly WorkflowChange[];
  readonly running: readonly RunningChange[];
  readonly code: readonly CodeChange[];
  /** Undefined when those of a revision cannot be read. */
  readonly settings: readonly Difference[] | undefined;
  readonly outputs: OutputChanges;
  readonly compat: CompatResult | undefined;
}

/** What somebody may want to be stopped by. */
export const FINDINGS = ['destructive', 'broadening', 'running'] as const;

export type Finding = (typeof FINDINGS)[number];

export function reviewOf(before: Side, after: Side, spec: Spec, compat: CompatResult | undefined): Review {
  const resources = resourceChanges(before.app, after.app, spec);
  const permissions = permissionChanges(before.app, after.app);
  const code = codeChanges(before.bundles, after.bundles, after.app);
  const settings = resources.changed.filter(isOwnChange).map(({ resource }) => resource.key);
  const news = { code: new Set(code.map(({ key }) => key)), settings: new Set(settings) };
  return {
    resources,
    permissions,
    code,
    workflows: workflowChanges(before.app, after.app),
    running: runningChanges(before.app, after.app, resources, permissions, news),
    settings: settingsOf(before.settings, after.settings),
    outputs: outputChanges(before.app, after.app),
    compat,
  };
}

/** Of a function: more than its code, of which `code` tells. */
const isOwnChange = ({ resource, differences }: Changed): boolean =>
  resource.type === 'AWS::Lambda::Function' && differences.some(({ path }) => !path.startsWith('Code.'));

const settingsOf = (before: Json | undefined, after: Json | undefined): Difference[] | undefined =>
  before === undefined || after === undefined ? undefined : differencesOf(before, after);

/** Losses of what cannot be made anew. */
export const lossesOfContent = ({ resources }: Review): Loss[] =>
  resources.losses.filter(({ resource }) => heldBy(resource) !== undefined);

export function findingsIn(review: Review): Finding[] {
  const is: Readonly<Record<Finding, boolean>> = {
    destructive: lossesOfContent(review).length + review.resources.abandoned.length > 0,
    broadening: review.permissions.wider.length > 0,
    running:
      review.running.some(({ breaks }) => breaks.length > 0) ||
      (review.compat?.failures ?? []).some(({ isMet, meant }) => isMet && !meant),
  };
  return FINDINGS.filter((finding) => is[finding]);
}
