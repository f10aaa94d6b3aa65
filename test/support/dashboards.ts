/** The bodies of dashboards: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */

export interface Widget {
  readonly type: 'text' | 'metric' | 'alarm' | 'log';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly query?: string;
    /** Namespace, name, names and values of dimensions, last an object with the rest; `.` repeats the row above. */
    readonly metrics?: readonly (readonly (string | Options)[])[];
  };
}

interface Options {
  readonly expression?: string;
  readonly label?: string;
  readonly stat?: string;
}

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export const widgetsOf = (body: string): Widget[] => JSON.parse(body).widgets;

/** The metrics of a widget, without its expressions. */
export const metricsOf = ({ properties: { metrics = [] } }: Widget): Metric[] => {
  let above: string[] = [];
  return metrics.flatMap((row) => {
    const texts = row.flatMap((each, i) =>
      typeof each !== 'string' ? [] : each === '.' ? (above[i] ?? '') : each,
    );
    if (texts.length === 0) return [];
    above = texts;
    const [namespace = '', name = '', ...pairs] = texts;
    const dimensions: Record<string, string> = {};
    for (let i = 0; i < pairs.length; i += 2) dimensions[pairs[i] ?? ''] = pairs[i + 1] ?? '';
    return [{ namespace, name, dimensions }];
  });
};

const optionsOf = ({ properties: { metrics = [] } }: Widget): Options[] =>
  metrics.flat().flatMap((each) => (typeof each === 'object' ? [each] : []));

export const expressionsOf = (widget: Widget): string[] =>
  optionsOf(widget).flatMap(({ expression }) => expression ?? []);

/** A line for each widget: its size, its title, and what its lines are called. */
export const inShort = (body: string): string[] =>
  widgetsOf(body).map((widget) => {
    const { width, height, type, properties } = widget;
    const { title, markdown = '', alarms } = properties;
    const heading = title ?? markdown.replaceAll(/\]\(.*?\)/g, ']');
    const shown = alarms
      ? [`${alarms.length} of them`]
      : optionsOf(widget).map(({ label, stat }) => [label, stat].filter(Boolean).join(' '));
    return `${width}×${height} ${type} ${[heading, ...shown].join(' | ')}`;
  });
