// The names under which a stage's stacks are deployed. Loads the CDK, which takes a second or two.

import { Stack } from 'aws-cdk-lib';
import type { Stage } from '../../lib/stages';
import { createApp } from '../app';

export const stackNamesOf = (stage: Stage): string[] =>
  createApp({ stage: stage.name, 'aws:cdk:bundling-stacks': [] })
    .node.children.filter(Stack.isStack)
    .map(({ stackName }) => stackName);
