/** Outputs that somebody reads, and what a stack is deployed as. */
import type { App, Output } from './app';
import { sameJson } from './leaves';
import { differenceText } from './markdown';

/** In sentences. */
export interface OutputChanges {
  /** What stops the deployment. */
  readonly obstacles: readonly string[];
  readonly changes: readonly string[];
}

/** Made by the CDK for stacks that refer to each other, under a name that nobody types. */
const isMade = ({ name }: Output): boolean => /^(Exports|Publish)Output/.test(name);

export function outputChanges(before: App, after: App): OutputChanges {
  const named = (outputs: readonly Output[]) =>
    new Map(outputs.map((output) => [`${output.stack}.${output.name}`, output]));
  const [old, now] = [named(before.outputs), named(after.outputs)];
  const obstacles = before.outputs.flatMap(({ stack, exportName, importedBy }) =>
    exportName === undefined ||
    importedBy.length === 0 ||
    after.outputs.some((output) => output.exportName === exportName)
      ? []
      : [
          `${stack} no longer exports \`${exportName}\`, which ${importedBy.join(', ')} imports as it is deployed now: CloudFormation refuses that. Deploy ${importedBy.join(', ')} first, or keep the export for one more release (\`this.exportValue(…)\`).`,
        ],
  );
  const changes = [...new Set([...now.keys(), ...old.keys()])].flatMap((name) => {
    const [earlier, later] = [old.get(name), now.get(name)];
    if ([earlier, later].some((output) => output && isMade(output))) return [];
    if (!earlier) return [`\`${name}\` is new.`];
    if (!later) return [`\`${name}\` is gone: whoever reads it finds nothing.`];
    return sameJson(earlier.value, later.value)
      ? []
      : [differenceText({ path: name, before: earlier.value, after: later.value })];
  });
  return { obstacles, changes: [...changes, ...stackChanges(before, after)] };
}

function stackChanges({ stacks: before }: App, { stacks: after }: App): string[] {
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].flatMap((id) => {
    const [old, now] = [before[id], after[id]];
    if (!now)
      return [
        `The stack ${id} is no longer in the app. A deployment leaves it as it is, with all that is in it: delete it by hand.`,
      ];
    if (!old) return [`The stack ${id} is new.`];
    if (old.stackName !== now.stackName)
      return [
        `The stack ${id} is deployed as ${now.stackName} instead of ${old.stackName}: all in it is made anew, and the old stack stays with its data.`,
      ];
    return old.terminationProtection === now.terminationProtection
      ? []
      : [`The stack ${id} is ${now.terminationProtection ? 'now' : 'no longer'} protected against deletion.`];
  });
}
