// Finds placeholders of lib/stages.ts that would be deployed.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../../lib/stages';
import type { Finding } from './finding';

const file = 'lib/stages.ts';

/** What a placeholder has in it, wherever it stands. These names are reserved for examples. */
const placeholder = /\bexample\.(com|org|net)\b/;

/** Settings that customers or mail servers act on. A placeholder in one is refused. */
export function lookAtSettings(stage: Stage, source = read()): Finding[] {
  const { name: stageName, runbookUrl, onboarding } = stage;
  const ok: Finding = { check: 'settings', verdict: 'ok', found: 'no placeholder is left' };
  // The local cloud sends no mail, and nobody is paged: its placeholders do no harm.
  if (stageName === 'local') return [ok];
  const settings = { 'onboarding.sender': onboarding.sender, 'onboarding.appUrl': onboarding.appUrl };
  const refused = Object.entries(settings)
    .filter(([, value]) => placeholder.test(value))
    .map(
      ([name, value]): Finding => ({
        check: 'settings',
        verdict: 'refused',
        found: `${name} is the placeholder ${value}`,
        remedy: `set your own in ${file}${line(source, value)}`,
      }),
    );
  const findings = refused.length > 0 ? refused : [ok];
  if (URL.canParse(runbookUrl)) return findings;
  return [
    ...findings,
    {
      check: 'settings',
      verdict: 'warning',
      found: `alarms name the runbook as ${runbookUrl}, which nobody can click`,
      remedy: `set the URL at which your team reads it in ${file}${line(source, runbookUrl)}`,
    },
  ];
}

const read = () => readFileSync(join(__dirname, '../..', file), 'utf8');

/** `:127` of the first line with the value, or with its host, from which the value is made. */
function line(source: string, value: string): string {
  const host =
    /[\w-]+(\.[\w-]+)*\.(com|org|net)/.exec(value.replace(/^\w+:\/\/(app\.)?|^.*@/, ''))?.[0] ?? value;
  const lines = source.split('\n');
  const at = [value, `'${host}'`]
    .map((text) => lines.findIndex((each) => each.includes(text)))
    .find((n) => n >= 0);
  return at === undefined ? '' : `:${at + 1}`;
}
