// What the page can show beside the list of executions. Which one it is, the address says.

import type { Chosen } from './address';

/** A view has the part of the page with its id, which is hidden unless the view is shown. */
export interface View {
  id: string;
  /** Whether the address chooses this view. */
  isChosen(chosen: Chosen): boolean;
  /** Asks for what it shows. */
  refresh(chosen: Chosen): Promise<void>;
  /** Shows what was read. @returns whether there was something to show */
  render(chosen: Chosen): boolean;
  /** What stands in its place until there is something to show. */
  waiting(chosen: Chosen): string;
}

/** What a view may ask of the page. */
export interface Going {
  /** Shows something else. */
  go(to: Chosen): void;
  /** Renders again what is known. */
  render(): void;
}
