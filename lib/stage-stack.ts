/**
 * The base of every stack. Constructs in it read the stage's settings from it.
 */
import { CfnParameter, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { appName, stackName } from '../contracts/stacks';
import type { Stage } from './stages';

export interface StageStackProps {
  readonly stage: Stage;
  /** What the stack is, in a sentence: shown in the console. */
  readonly description?: string;
}

/** Deployed as `workflows-<stage>-<id>`. */
export abstract class StageStack extends Stack {
  readonly stage: Stage;
  /** Removal policy of everything that holds data. */
  readonly removalPolicy: RemovalPolicy;

  constructor(scope: Construct, id: string, { stage, description }: StageStackProps) {
    super(scope, id, {
      stackName: stackName(stage.name, id),
      ...(description && { description }),
      // How `npm run deploy` knows our stacks, and how costs are told apart.
      tags: { app: appName, stage: stage.name },
      ...(stage.aws && { env: stage.aws }),
      // Whoever deletes such a stack ends its running executions, which are then never undone.
      terminationProtection: stage.data.removal === 'RETAIN',
    });
    this.stage = stage;
    this.removalPolicy = RemovalPolicy[stage.data.removal];
  }

  /**
   * A setting without which the stack would be deployed and then fail. One that lib/stages.ts leaves open becomes a
   * parameter without a default, for which CloudFormation asks whoever deploys, by whatever means.
   */
  protected required(name: string, value: string | undefined): string {
    const description = 'Not to be given here: set it in lib/stages.ts.';
    return value ?? new CfnParameter(this, name, { description }).valueAsString;
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
