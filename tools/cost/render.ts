/** Computes docs/cost.md from nothing but the repository. Loads the CDK and synthesizes every stage, which takes seconds. */
import { Stack } from 'aws-cdk-lib';
import { createApp } from '../../bin/app';
import type { Progress } from '../../bin/terminal/progress';
import cdkJson from '../../cdk.json';
import { type StageName, stages } from '../../lib/stages';
import { FIXED_LIMIT, fixedCost, type Templates } from './fixed';
import { fixedSection, renderCostPage } from './page';
import { pathCosts } from './paths';

function templatesOf(stage: StageName): Templates {
  process.env.CDK_VALIDATION = 'false';
  const app = createApp({ ...cdkJson.context, stage, 'aws:cdk:bundling-stacks': [] });
  const assembly = app.synth();
  return Object.fromEntries(
    app.node.children
      .filter(Stack.isStack)
      .map((stack) => [stack.node.id, assembly.getStackByName(stack.stackName).template]),
  );
}

export async function render(progress: Progress): Promise<string> {
  const paths = await progress.step('Ran orders, signups and the others', pathCosts);
  const costs = await progress.step('Synthesized every stage', async () =>
    Object.fromEntries(
      Object.values(stages)
        .filter(({ name }) => name !== 'local')
        .map(({ name }) => [name, fixedCost(templatesOf(name))]),
    ),
  );
  return renderCostPage(paths, fixedSection(costs, FIXED_LIMIT));
}
