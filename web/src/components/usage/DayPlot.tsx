import { type PointerEvent, useId, useState } from 'react';
import { formatDay } from '../../format/times';
import { t } from '../../languages/text';
import { DayTable } from './DayTable';
import type { Series } from './series';
import { formatMetric, formatShort, type Metric, METRIC_WORDS } from './metric';

const HEIGHT = 120;
/** Classes of `usage.css`, of which the last stands for all others. */
const COLOURS = 6;

interface DayPlotProps {
  metric: Metric;
  currency: string;
  days: readonly string[];
  /** The largest first; at most six. */
  series: readonly Series[];
}

/** One bar a day, of as many parts as there are series; the same is there as a table. */
export function DayPlot({ metric, currency, days, series }: DayPlotProps) {
  const [active, setActive] = useState<number | null>(null);
  const title = useId();
  const totals = days.map((_, day) => series.reduce((sum, { values }) => sum + (values[day] ?? 0), 0));
  const highest = Math.max(0, ...totals);
  const format = (value: number): string => formatMetric(metric, value, currency);
  const follow = ({ clientX, currentTarget }: PointerEvent<SVGSVGElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    setActive(Math.min(days.length - 1, Math.max(0, Math.floor(((clientX - left) / width) * days.length))));
  };
  return (
    <figure className="rounded-xl border p-3" aria-labelledby={title}>
      <figcaption id={title} className="flex flex-wrap justify-between gap-x-3 text-sm">
        <span className="font-medium">{t('{{what}} by day', { what: t(METRIC_WORDS[metric]) })}</span>
        <span className="text-muted-foreground">
          {active === null
            ? t('at most {{value}} a day', { value: format(highest) })
            : `${formatDay(`${days[active]}T12:00:00`)}: ${format(totals[active] ?? 0)}`}
        </span>
      </figcaption>
      {/* Days run from left to right in every language: the drawing, which nothing mirrors, and all that is read by it. */}
      <div className="mt-3 grid grid-cols-[auto_1fr] gap-x-2" dir="ltr" aria-hidden="true">
        <div className="flex h-40 flex-col justify-between text-end text-xs text-muted-foreground">
          <bdi className="-mt-2">{formatShort(metric, highest, currency)}</bdi>
          <bdi className="-mb-2">{formatShort(metric, 0, currency)}</bdi>
        </div>
        <svg
          className="h-40 w-full border-y"
          viewBox={`0 0 ${days.length} ${HEIGHT}`}
          preserveAspectRatio="none"
          onPointerMove={follow}
          onPointerLeave={() => setActive(null)}
        >
          {active !== null && <rect className="plot-active" x={active} y={0} width={1} height={HEIGHT} />}
          {days.map((day, index) => (
            <Bar key={day} index={index} series={series} highest={highest} />
          ))}
        </svg>
        <span />
        <div className="mt-1 flex justify-between text-xs text-muted-foreground">
          <bdi>{formatDay(`${days[0]}T12:00:00`)}</bdi>
          <bdi>{formatDay(`${days.at(-1)}T12:00:00`)}</bdi>
        </div>
      </div>
      {series.length > 1 && <Legend series={series} active={active} format={format} />}
      <DayTable metric={metric} days={days} series={series} totals={totals} format={format} />
    </figure>
  );
}

interface BarProps {
  index: number;
  series: readonly Series[];
  highest: number;
}

function Bar({ index, series, highest }: BarProps) {
  let top = HEIGHT;
  return series.map(({ id, values }, part) => {
    const value = values[index] ?? 0;
    if (value <= 0 || highest === 0) return null;
    // What there was of can be seen, however little it is.
    const height = Math.max((value / highest) * HEIGHT, 1.5);
    top -= height;
    return <rect key={id} className={`plot-${part % COLOURS}`} x={index + 0.1} y={top} width={0.8} height={height} />;
  });
}

interface LegendProps {
  series: readonly Series[];
  active: number | null;
  format: (value: number) => string;
}

function Legend({ series, active, format }: LegendProps) {
  return (
    <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs" aria-hidden="true">
      {series.map(({ id, name, values }, part) => (
        <li key={id} className="flex min-w-0 items-center gap-1.5">
          <svg className="size-3 shrink-0" viewBox="0 0 1 1">
            <rect className={`plot-${part % COLOURS}`} width={1} height={1} />
          </svg>
          <span className="min-w-0 break-words">{name}</span>
          {active !== null && <span className="text-muted-foreground">{format(values[active] ?? 0)}</span>}
        </li>
      ))}
    </ul>
  );
}
