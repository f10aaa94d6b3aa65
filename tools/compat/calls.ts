/** Which code of a function the executions of a revision call after another is released (docs/adr/0013-releases.md). */
import { callsIn } from '../../lib/workflow/called-versions';
import { placeholderOf } from '../world/deployment';

/** Definitions by name, their error sets written out. */
export type Definitions = Readonly<Record<string, string>>;

/** Placeholders of functions that the definitions call by a version alone: `ChargeCardArn`. */
export function pinnedBindingsIn(definitions: Definitions): string[] {
  const machines = Object.entries(definitions).map(([name, text]) => [name, JSON.parse(text)] as const);
  // A nested execution is never redriven if its parent takes its failure.
  const takenCareOf = new Set(
    machines
      .flatMap(([, machine]) => callsIn(machine, false, 'execution'))
      .filter(({ isCaught }) => isCaught)
      .map(({ binding }) => binding),
  );
  const calls = machines.flatMap(([name, machine]) => callsIn(machine, takenCareOf.has(placeholderOf(name))));
  const live = new Set(calls.filter(({ isCaught }) => !isCaught).map(({ binding }) => binding));
  return [...new Set(calls.map(({ binding }) => binding))].filter((binding) => !live.has(binding));
}

/** The placeholders of a definition: `ChargeCardArn`, `InventoryTable`. */
export const placeholdersIn = (text = ''): Set<string> =>
  new Set(Array.from(text.matchAll(/\$\{(\w+)\}/g), ([, name = '']) => name));
