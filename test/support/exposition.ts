type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

const SAMPLE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;
const PART = /_(?:bucket|sum|count)$/;

/** What `/metrics` told at one moment. */
export class Exposition {
  readonly samples: readonly Sample[];
  /** Types by name of the metric. */
  readonly types: ReadonlyMap<string, string>;

  private constructor(readonly text: string) {
    const lines = text.split('\n');
    this.types = new Map(lines.flatMap((line) => [typeOf(line)].filter((entry) => entry !== undefined)));
    this.samples = lines.flatMap((line) => [sampleOf(line)].filter((sample) => sample !== undefined));
  }

  static async of(url: string): Promise<Exposition> {
    const response = await fetch(`${url}/metrics`);
    if (response.status !== 200) throw new Error(`/metrics was answered ${response.status}`);
    return new Exposition(await response.text());
  }

  /** Sum of the samples with these labels; 0 when there are none. */
  value(name: string, labels: Labels = {}): number {
    const wanted = Object.entries(labels);
    return this.samples
      .filter((sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value))
      .reduce((sum, { value }) => sum + value, 0);
  }

  /** The metric that a series belongs to: of a histogram it has one of three endings. */
  metricOf(series: string): string {
    const whole = series.replace(PART, '');
    return this.types.get(whole) === 'histogram' ? whole : series;
  }

  /** Names of the labels of a metric's samples. */
  labelsOf(metric: string): string[] {
    const own = this.samples.filter(({ name }) => this.metricOf(name) === metric);
    return [...new Set(own.flatMap(({ labels }) => Object.keys(labels)))];
  }
}

function typeOf(line: string): [string, string] | undefined {
  const [, name, type] = /^# TYPE (\w+) (\w+)$/.exec(line) ?? [];
  return name === undefined || type === undefined ? undefined : [name, type];
}

function sampleOf(line: string): Sample | undefined {
  const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
  if (name === undefined) return undefined;
  const pairs = [...labels.matchAll(LABEL)].map(([, label = '', text = '']) => [label, text]);
  return { name, labels: Object.fromEntries(pairs) as Labels, value: Number(value) };
}
