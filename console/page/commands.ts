// A command line with a button that copies it.

import type { NextStep } from '../../bin/history/next';
import { make } from './dom';

/** What to do, with the command when there is one. */
export const step = ({ say, run }: NextStep): HTMLElement =>
  make('div', { class: 'command' }, say, ...(run === undefined ? [] : [make('code', {}, run), copy(run)]));

function copy(text: string): HTMLElement {
  const button = make(
    'button',
    {
      class: 'copy',
      'data-focus': `copy ${text}`,
      'aria-label': `Copy ${text}`,
      title: 'c',
      onclick: () => void write(),
    },
    'Copy',
  );
  const write = async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Not allowed: select it';
    }
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2_000);
  };
  return button;
}

/** Copies the first command that is shown. */
export function copyFirst(): void {
  [...document.querySelectorAll<HTMLElement>('.copy')].find((each) => each.checkVisibility())?.click();
}
