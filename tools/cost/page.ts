/** Writes docs/cost.md. What a definition, a setting or a resource costs is computed; a test holds the page to it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ceilings } from '../../lib/ceilings';
import { stages } from '../../lib/stages';
import { definitionNames, inlinedDefinition } from '../world/definitions';
import type { FixedCost } from './fixed';
import type { PathCost } from './paths';
import { LOGGED_BYTES, MONTHLY, PRICED_ON, PRICES, runningOf, TRACED_PERCENT } from './prices';
import { nestedDefinitions, transitionsByEnd } from './transitions';

export const costPage = join(__dirname, '../../docs/cost.md');

/** The page as it was last written. */
export const writtenPage = (): string => readFileSync(costPage, 'utf8');

export const renderCostPage = (paths: readonly PathCost[], fixed: string): string =>
  [head, pathSection(paths), endSection(), fixed, ceilingSection(), priceSection()].join('\n');

const head = `# What it costs

<!-- Made by \`npm run cost -- --write\`, and by \`npm run docs\`. Change what costs, then run one of them. -->

In dollars of us-east-1, without free tiers, at the prices [below](#prices). Stripe's fees are not in it: of an order of $50 they are thousands of times what AWS asks.
`;

/** A Markdown table; the first row is its head. Columns of numbers are aligned right. */
function table(rows: readonly (readonly (string | number)[])[]): string {
  const [first = [], second = []] = rows;
  const rule = first.map((_, column) => (/^[\d$–]/.test(String(second[column])) ? '--:' : '---'));
  return [first, rule, ...rows.slice(1)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const perMillion = (dollars: number): string => Math.round(dollars * 1e6).toLocaleString('en-US');

function pathSection(paths: readonly PathCost[]): string {
  const rows = paths.map(({ workflow, shows, outcome, usage, dollars }) => [
    workflow,
    shows,
    outcome,
    usage.transition,
    perMillion(dollars),
    `${Math.round((100 * usage.transition * PRICES.transition.dollars) / dollars)} %`,
  ]);
  return `## By what happens

Measured: each way runs in the simulator with the real functions, and its transitions, calls, messages and log events are counted. Assumed: how long functions take (\`charge-card\` ${runningOf('charge-card').seconds} s, \`capture-payment\` ${runningOf('capture-payment').seconds} s, \`reverse-payment\` ${runningOf('reverse-payment').seconds} s, one that does not call Stripe ${runningOf('').seconds} s), ${LOGGED_BYTES / 1000} KB of log a call, ${TRACED_PERCENT} % of executions traced. A nested review counts with its order.

${table([['Workflow', 'What happens', 'Outcome', 'Transitions', '$ per million', 'of it transitions'], ...rows])}
`;
}

function endSection(): string {
  const nested = nestedDefinitions(definitionNames.map((name) => [name, inlinedDefinition(name)] as const));
  const rows = definitionNames.flatMap((workflow) =>
    transitionsByEnd(inlinedDefinition(workflow), nested).map(({ end, how, least, most, bound }) => [
      workflow,
      `\`${end}\`${how === 'fails there' ? ' fails' : ''}`,
      least,
      most,
      bound,
      perMillion(bound * PRICES.transition.dollars),
    ]),
  );
  return `## By how a definition ends

Billed transitions on the ways to each end, as the graph allows. *Least*: the shortest way. *Most*: the longest without a retry, every loop to its bound, a Map with one item. *Bound*: every retrier of every state used up besides; only a redrive costs more. The last column is what a million of those would cost.

${table([['Workflow', 'Ends at', 'Least', 'Most', 'Bound', '$ per million'], ...rows])}
`;
}

/** @param costs by stage. @param limit what a stage may cost in a month, in dollars */
export function fixedSection(costs: Readonly<Record<string, FixedCost>>, limit: number): string {
  const names = Object.keys(MONTHLY) as (keyof typeof MONTHLY)[];
  const rows = names.map((name) => [
    MONTHLY[name].per,
    money(MONTHLY[name].dollars),
    ...Object.values(costs).map(({ counts }) => counts[name]),
  ]);
  const sums = Object.values(costs).map(({ dollars }) => `**${money(dollars)}**`);
  return `## When nothing happens

A month of a stage in its first year, from its templates; a test holds each below ${money(limit)}. The Stripe key is the secret. A key that is rotated each year costs $1 more in its second year, and $2 more from its third on. What grows with use comes on top: data that is kept (DynamoDB $0.25 per GB, $0.20 more where it can be restored to any second; logs $0.03 per GB), the sweep and the daily reconciliation (together below $0.50), and our metrics that do not count zeros, each by the hours in which it has a value ($0.30 for a whole month of them: of executions' outcomes and of money, so that a busy prod may pay some $5 more).

${table([['There is', '$ a month', ...Object.keys(costs)], ...rows, ['**Together**', '', ...sums]])}
`;
}

const money = (dollars: number): string => `$${dollars.toFixed(2)}`;

/** Regions that stand for those with large and with small quotas. */
const REGIONS = ['us-east-1', 'eu-central-1'];

function ceilingSection(): string {
  const places = REGIONS.flatMap((region) => [1_000, 10].map((concurrency) => ({ region, concurrency })));
  const deployed = Object.values(stages).filter(({ name }) => name !== 'local');
  const rows = deployed.flatMap((stage) => {
    const pace = stage.bulk.ordersPerSecond;
    const found = places.flatMap((place) => ceilings({ stage, ...place }));
    return [...new Map(found.map((each) => [each.what, each])).values()].map(({ what, ordersPerSecond }) => [
      stage.name,
      what.replace(/,$/, ''),
      whole(ordersPerSecond),
      pace,
      pace > ordersPerSecond ? 'retries' : `${Math.round((100 * pace) / ordersPerSecond)} %`,
    ]);
  });
  return `## How much it takes

Orders that ship in a second, at the quotas that an account has from the start, beside the pace of the stage's imports (\`bulk.ordersPerSecond\`). A pace above a ceiling is borne by retries, slowly. \`npm run deploy -- --check\` says the same of the account that it finds. One product takes 50 orders a second at most ([numbers](numbers.md)); SES sends one e-mail a second in its sandbox and 14 from the start outside, and signups wait for it.

${table([['Stage', 'Ceiling', 'Orders a second', 'Imports', 'of the ceiling'], ...rows])}
`;
}

const whole = (number: number): string => (number < 10 ? number.toFixed(1) : String(Math.floor(number)));

function priceSection(): string {
  const rows = [...Object.values(PRICES), ...Object.values(MONTHLY)].map(({ dollars, per, source }) => [
    per,
    dollar(dollars),
    `[${source}](https://aws.amazon.com/${source}/)`,
  ]);
  return `## Prices

Of ${PRICED_ON}, in us-east-1; dearer Regions ask up to half as much again. They stand in \`tools/cost/prices.ts\`.

${table([['Of a', '$', 'Source'], ...rows])}
`;
}

/** Without an exponent, and without the errors of floating point. */
const dollar = (amount: number): string => amount.toFixed(12).replace(/0+$/, '').replace(/\.$/, '');

/** The section of a page that begins with this heading. @throws when it is not there */
export function sectionOf(page: string, heading: string): string {
  const start = page.indexOf(`## ${heading}\n`);
  if (start < 0) throw new Error(`The page has no section "${heading}".`);
  const end = page.indexOf('\n## ', start);
  return end < 0 ? page.slice(start) : page.slice(start, end + 1).replace(/\n$/, '');
}
