/** A widget with the state of alarms, those in alarm first. CDK's own widget wants constructs of its stack. */
import { AlarmStatusWidgetSortBy, ConcreteWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { RunbookAlarm } from '../workflow/alarms';

const WIDTH = 24;

export class AlarmStates extends ConcreteWidget {
  constructor(private readonly alarms: readonly RunbookAlarm[]) {
    // Below the title some six to a row: four tiles beside each other, which are flatter than a row.
    super(WIDTH, 1 + Math.ceil(alarms.length / 6));
  }

  override toJson(): object[] {
    const { x, y, width, height } = this;
    const alarms = this.alarms.map(({ arnByName }) => arnByName);
    return [
      {
        type: 'alarm',
        x,
        y,
        width,
        height,
        properties: { title: 'Alarms', alarms, sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP },
      },
    ];
  }
}
