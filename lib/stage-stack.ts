/**
 * The base of every stack. Constructs in it read the stage's settings from it.
 */
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { stackName } from '../contracts/stacks';
import type { Stage } from './stages';

export interface StageStackProps {
  readonly stage: Stage;
}

/** Deployed as `workflows-<stage>-<id>`. */
export abstract class StageStack extends Stack {
  readonly stage: Stage;
  /** Removal policy of everything that holds data. */
  readonly removalPolicy: RemovalPolicy;

  constructor(scope: Construct, id: string, { stage }: StageStackProps) {
    super(scope, id, { stackName: stackName(stage.name, id), tags: { stage: stage.name } });
    this.stage = stage;
    this.removalPolicy = RemovalPolicy[stage.data.removal];
  }

  /** Returns the StageStack that contains a construct. @throws when another kind of stack does */
  static override of(construct: IConstruct): StageStack {
    const stack = Stack.of(construct);
    if (!(stack instanceof StageStack)) {
      throw new Error(`${construct.node.path} is in a plain Stack: put it into one that extends StageStack.`);
    }
    return stack;
  }
}
