/**
 * A release of a workflow: an immutable version of its machine, which names the versions of the functions that it
 * calls, and the alias `live`, which CloudFormation moves to it at once or little by little.
 */
import { Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  CfnStateMachineAlias,
  CfnStateMachineVersion,
  type StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IDependable } from 'constructs';
import { LIVE } from '../../contracts/names';
import { StageStack } from '../stage-stack';
import { RunbookAlarm } from './alarms';

interface ReleaseProps {
  readonly machine: StateMachine;
  /** The workflow's name in messages and in the runbook. */
  readonly workflow: string;
  readonly impact: string;
  /** What an execution needs besides the machine: it must be there before the first one starts. */
  readonly needs: readonly IDependable[];
}

/** A machine has 1,000 versions at most. */
const MANY_VERSIONS = 900;

export class Release extends Construct {
  /** ARN of the version that this deployment publishes: `…:stateMachine:<name>:7`. */
  readonly versionArn: string;
  /** ARN of the alias: `…:stateMachine:<name>:live`. */
  readonly liveArn: string;

  constructor(scope: Construct, { machine, workflow, impact, needs }: ReleaseProps) {
    super(scope, 'Release');
    const { release } = StageStack.of(this).stage;

    const version = new CfnStateMachineVersion(this, 'Version', {
      stateMachineArn: machine.stateMachineArn,
      stateMachineRevisionId: machine.stateMachineRevisionId,
    });
    // Executions that run, or may be redriven, are of earlier versions; `workflows releases prune` deletes old ones.
    version.applyRemovalPolicy(RemovalPolicy.RETAIN);
    version.node.addDependency(...needs);
    this.versionArn = version.attrArn;
    this.liveArn = `${machine.stateMachineArn}:${LIVE}`;

    const alarms =
      release.type === 'ALL_AT_ONCE' ? [] : [alarmOnVersion(this, { machine, version, workflow, impact })];
    new CfnStateMachineAlias(this, 'Live', {
      name: LIVE,
      deploymentPreference: {
        type: release.type,
        stateMachineVersionArn: this.versionArn,
        ...(release.type !== 'ALL_AT_ONCE' && {
          percentage: release.percentage,
          interval: release.everyMinutes,
          alarms: alarms.map(({ alarmName }) => alarmName),
        }),
      },
    });
    new RunbookAlarm(this, 'ManyVersions', {
      severity: 'ticket',
      cause: `The state machine of ${workflow} has nearly as many versions as it may have, 1000.`,
      impact: 'Soon nothing can be released any more.',
      runbook: 'many-versions',
      metric: new Metric({
        namespace: 'AWS/States',
        metricName: 'VersionCount',
        dimensionsMap: { ResourceArn: machine.stateMachineArn },
        period: Duration.hours(1),
        statistic: 'Maximum',
      }),
      threshold: MANY_VERSIONS,
    });
  }
}

interface VersionAlarmProps {
  readonly machine: StateMachine;
  readonly version: CfnStateMachineVersion;
  readonly workflow: string;
  readonly impact: string;
}

/** Takes a shifting release back. It counts the new version alone: the old one's failures are not the release's. */
const alarmOnVersion = (
  scope: Construct,
  { machine, version, workflow, impact }: VersionAlarmProps,
): RunbookAlarm => {
  const number = Fn.select(7, Fn.split(':', version.attrArn));
  const count = (metricName: string) =>
    new Metric({
      namespace: 'AWS/States',
      metricName,
      dimensionsMap: { StateMachineArn: machine.stateMachineArn, Version: number },
      statistic: 'Sum',
    });
  return new RunbookAlarm(scope, 'VersionFails', {
    severity: 'page',
    // With the version in its name it is a new alarm, which no failure of the version before has put into ALARM.
    name: `${Stack.of(scope).stackName}-${machine.stateMachineName}-version-${number}-fails`,
    cause: `An execution of the newest version of ${workflow} failed, timed out or was stopped. While its release is under way, that takes it back.`,
    impact,
    runbook: 'version-fails',
    metric: new MathExpression({
      // CloudWatch has no value where nothing was counted, and no sum with one missing.
      expression: 'FILL(failed, 0) + FILL(timedOut, 0) + FILL(aborted, 0)',
      usingMetrics: {
        failed: count('ExecutionsFailed'),
        timedOut: count('ExecutionsTimedOut'),
        aborted: count('ExecutionsAborted'),
      },
      period: Duration.minutes(1),
    }),
  });
};
