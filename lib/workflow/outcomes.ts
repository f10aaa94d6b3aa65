/**
 * Counts what becomes of executions: how often they enter the states at which it is decided, from the log of their state
 * machine. The log has the names of states also where it has no data, and a count costs no transition and no code.
 */
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnMetricFilter, FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { metricNamespace } from '../../contracts/stacks';
import { StageStack } from '../stage-stack';
import type { JsonObject } from './json';
import { allStatesOf } from './language/machines';

/** Names of states by what entering them means: `{ Shipped: 'NotifyCustomer' }`. */
export type Outcomes = Readonly<Record<string, string>>;

/** States at which an execution SUCCEEDS and somebody must still hear of it: counted in every definition that has one. */
const quietEnds = { NotTold: 'EndedWithoutNotice', NotAnswered: 'NoAnswer' } as const;

interface Props {
  readonly workflow: string;
  readonly definition: JsonObject;
  readonly logGroup: ILogGroup;
  readonly outcomes: Outcomes;
}

export class OutcomeCounts extends Construct {
  private readonly filters: ReadonlyMap<string, MetricFilter>;
  private readonly workflow: string;

  /** @throws when the definition has no such state */
  constructor(scope: Construct, id: string, { workflow, definition, logGroup, outcomes }: Props) {
    super(scope, id);
    const { stage } = StageStack.of(this);
    const types = new Map(allStatesOf(definition).map(({ name, state }) => [name, String(state.Type)]));
    const quiet = Object.entries(quietEnds).filter(([, state]) => types.has(state));

    const filterOf = (outcome: string, state: string) => {
      const type = types.get(state);
      if (type === undefined) {
        throw new Error(
          `statemachines/${workflow}.asl.json has no state ${state}, which the outcome ${outcome} of the Workflow ` +
            `${scope.node.path} counts. Name one that it has, or remove the outcome.`,
        );
      }
      return new MetricFilter(this, outcome, {
        logGroup,
        filterPattern: FilterPattern.all(
          FilterPattern.stringValue('$.type', '=', `${type}StateEntered`),
          FilterPattern.stringValue('$.details.name', '=', state),
        ),
        metricNamespace: metricNamespace(stage.name),
        metricName: `${workflow}/${outcome}`,
        metricValue: '1',
      });
    };
    this.workflow = workflow;
    this.filters = new Map(
      [...Object.entries(outcomes), ...quiet].map(([outcome, state]) => [outcome, filterOf(outcome, state)]),
    );
  }

  /** The names of all that are counted. */
  get names(): string[] {
    return [...this.filters.keys()];
  }

  has(outcome: string): boolean {
    return this.filters.has(outcome);
  }

  /** How often that was in a period, as a sum, when it was at all. @throws when it is not counted */
  metric(outcome: string, options: MetricOptions = {}): Metric {
    return this.filter(outcome).metric({ statistic: 'Sum', ...options });
  }

  /**
   * The same, and 0 for each minute in which the machine logs anything else: for a comparison, in which a metric without a
   * value would say nothing. (CloudWatch charges a metric by the hours in which it has a value.)
   */
  metricWithZeros(outcome: string, options: MetricOptions = {}): Metric {
    const { defaultChild } = this.filter(outcome).node;
    if (defaultChild instanceof CfnMetricFilter) {
      defaultChild.addPropertyOverride('MetricTransformations.0.DefaultValue', 0);
    }
    return this.metric(outcome, options);
  }

  private filter(outcome: string): MetricFilter {
    const filter = this.filters.get(outcome);
    if (filter) return filter;
    throw new Error(
      `The workflow ${this.workflow} does not count ${outcome}, only ${this.names.join(', ')}: ` +
        'add it to `outcomes` of its Workflow.',
    );
  }
}
