/** What each stage costs when nothing happens, and what docs/cost.md says of it. */
import { FIXED_LIMIT, fixedCost } from '../../../tools/cost/fixed';
import { fixedSection, sectionOf, writtenPage } from '../../../tools/cost/page';
import { runningOf } from '../../../tools/cost/prices';
import type { Templates } from '../../support/template';

/** @param templates of the stages on AWS, in the order of the page */
export function costRules(templates: Readonly<Record<'dev' | 'staging' | 'prod', Templates>>): void {
  const costs = Object.fromEntries(
    Object.entries(templates).map(([stage, each]) => [stage, fixedCost(each)] as const),
  );
  const byStage = Object.entries(costs).map(([stage, { dollars }]) => ({
    stage,
    dollars: dollars.toFixed(2),
  }));

  test.each(byStage)('a month of $stage in which nothing happens: $dollars dollars', ({ dollars }) => {
    expect(Number(dollars)).toBeLessThan(FIXED_LIMIT);
  });

  test('docs/cost.md says so', () => {
    if (sectionOf(writtenPage(), 'When nothing happens') === fixedSection(costs, FIXED_LIMIT)) return;
    throw new Error('docs/cost.md is not what the templates say now. Run `npm run docs` and commit it.');
  });

  test('reckons with the memory that each function has', () => {
    const functions = Object.values(templates.prod).flatMap(({ Resources }) =>
      Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function'),
    );
    const differing = functions
      .map(([id, { Properties }]) => ({ name: nameOf(id), memoryMB: Properties.MemorySize }))
      .filter(({ name, memoryMB }) => runningOf(name).memoryMB !== memoryMB);
    expect(differing).toEqual([]);
  });
}

/** As in lambda/: `charge-card` for `ChargeCard…`, below whatever construct. */
const nameOf = (logicalId: string): string =>
  logicalId
    .replace(/[0-9A-F]{8}$/, '')
    .replace(/^(?:PaymentReview|BulkOrders|StripeEvents)(?=[A-Z])/, '')
    .replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();
