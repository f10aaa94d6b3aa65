/** Rules for alarms: each is heard in its incident, and keeps quiet on a good day. (Part of stacks.test.ts.) */
import { alarmStates, type Recorded } from '../../support/alarms';
import { type Resource, resourcesOf, type Templates } from '../../support/template';
import { incidents, type Metrics } from './incidents';

const alarmsIn = (templates: Templates): Resource[] =>
  Object.values(templates).flatMap((template) => resourcesOf(template, 'AWS::CloudWatch::Alarm'));

/** The section of the runbook that an alarm leads to. */
const sectionOf = ({ Properties: { AlarmDescription } }: Resource): string =>
  /#([a-z-]+)$/.exec(String(AlarmDescription))?.[1] ?? '';

/** The metrics of an incident. Something must be said of each that the alarm asks for. */
const known =
  (metrics: Metrics): Recorded =>
  ({ MetricName, Dimensions = [] }) => {
    const fixed = Dimensions.flatMap(({ Name, Value }) =>
      typeof Value === 'string' ? `${Name}=${Value}` : [],
    );
    const name = [MetricName, ...fixed].join(' ');
    const minutes = metrics[name];
    if (!minutes) throw new Error(`Of ${name} nothing is said: add it to test/lib/rules/incidents.ts`);
    return minutes;
  };

const minutesOf = (metrics: Metrics) => Math.max(...Object.values(metrics).map(({ length }) => length));

const heardAfter = (alarm: Resource, metrics: Metrics): number | undefined => {
  const minute = alarmStates(alarm.Properties, known(metrics), minutesOf(metrics)).indexOf('ALARM');
  return minute < 0 ? undefined : minute + 1;
};

export const alarmRules = (templates: Templates): void => {
  const alarms = alarmsIn(templates);
  const sections = [...new Set(alarms.map(sectionOf))];

  test('each alarm has an incident that it is for, and each incident an alarm', () => {
    expect(Object.keys(incidents).sort()).toEqual([...sections].sort());
  });

  test('what is counted has zeros where an alarm compares it, and costs nothing otherwise', () => {
    const compared = alarms.flatMap(({ Properties: { Metrics } }) =>
      ((Metrics ?? []) as { MetricStat?: { Metric: { Namespace: string; MetricName: string } } }[]).flatMap(
        ({ MetricStat }) =>
          MetricStat?.Metric.Namespace.startsWith('workflows/') ? MetricStat.Metric.MetricName : [],
      ),
    );
    const withZeros = Object.values(templates)
      .flatMap((template) => resourcesOf(template, 'AWS::Logs::MetricFilter'))
      .flatMap(({ Properties: { MetricTransformations } }) => {
        const [{ MetricName, DefaultValue }] = MetricTransformations as [
          { MetricName: string; DefaultValue?: number },
        ];
        return DefaultValue === 0 ? MetricName : [];
      });
    expect(withZeros.sort()).toEqual([...new Set(compared)].sort());
  });

  test.each(sections)('the alarm %s is heard in its incident, and not on a good day', (section) => {
    const { incident, heardWithin, goodDay } = incidents[section] ?? {};
    if (!incident || !heardWithin || !goodDay) throw new Error('See test/lib/rules/incidents.ts');
    for (const alarm of alarms.filter((each) => sectionOf(each) === section)) {
      const minutes = heardAfter(alarm, incident);
      expect(minutes).toBeDefined();
      expect(minutes).toBeLessThanOrEqual(heardWithin);
      expect(heardAfter(alarm, goodDay)).toBeUndefined();
    }
  });
};
