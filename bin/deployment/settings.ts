// Finds settings of lib/stages.ts that everyone has to make for themselves, and nobody has yet.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage, StageName } from '../../lib/stages';
import type { Finding } from './finding';

const file = 'lib/stages.ts';

/** Without the first two nothing can be deployed: CloudFormation would ask for them. */
export function lookAtSettings({ name, runbookUrl, onboarding }: Stage, source = read()): Finding[] {
  const check = 'settings';
  const ok: Finding = { check, verdict: 'ok', found: 'all are made' };
  // There nobody is paged.
  if (name === 'local') return [ok];
  const findings: Finding[] = (['sender', 'appUrl'] as const)
    .filter((each) => onboarding[each] === undefined)
    .map((each) => ({
      check,
      verdict: 'refused',
      found: `onboarding.${each} is not set`,
      remedy: `set your domain in ${file}:${lineOf(source, name, 'onboarding:')}`,
    }));
  if (!URL.canParse(runbookUrl)) {
    findings.push({
      check,
      verdict: 'warning',
      found: `alarms name the runbook as ${runbookUrl}, which nobody can click`,
      remedy: `set the URL at which your team reads it in ${file}:${lineOf(source, name, 'runbookUrl')}`,
    });
  }
  return findings.length > 0 ? findings : [ok];
}

const read = () => readFileSync(join(__dirname, '../..', file), 'utf8');

/** The line of a stage's setting, from 1. */
function lineOf(source: string, stage: StageName, setting: string): number {
  const before = source.search(new RegExp(`^ {2}${stage}: \\{$`, 'm'));
  return source.slice(0, source.indexOf(setting, before)).split('\n').length;
}
