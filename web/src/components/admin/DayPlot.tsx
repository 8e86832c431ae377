import type { UsageSum } from '../../api/types';

const DAY_MS = 86_400_000;
const HEIGHT = 96;

interface DayPlotProps {
  title: string;
  days: number;
  rows: readonly UsageSum[];
  valueOf: (row: UsageSum) => number;
}

/** One bar a day, the highest as high as the plot; the same is there as a table for whoever does not see it. */
export function DayPlot({ title, days, rows, valueOf }: DayPlotProps) {
  const byDay = new Map(rows.map((row) => [row.day, valueOf(row)]));
  const names = Array.from({ length: days }, (_, index) => dayName(days - 1 - index));
  const values = names.map((name) => byDay.get(name) ?? 0);
  const highest = Math.max(...values);
  const sum = values.reduce((total, value) => total + value, 0);
  const shown = (value: number): string => value.toLocaleString(undefined, { maximumFractionDigits: 4 });
  return (
    <figure className="rounded-xl border p-3">
      <figcaption className="flex flex-wrap justify-between gap-x-3 text-sm">
        <span className="font-medium">{title}</span>
        <span className="text-muted-foreground">
          {shown(sum)} in all{highest > 0 && `, at most ${shown(highest)} a day`}
        </span>
      </figcaption>
      <svg
        className="mt-2 h-24 w-full text-primary"
        viewBox={`0 0 ${days} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {values.map((value, index) => {
          const height = highest === 0 ? 0 : Math.max((value / highest) * HEIGHT, value > 0 ? 2 : 0);
          return (
            <rect
              key={names[index]}
              x={index + 0.1}
              y={HEIGHT - height}
              width={0.8}
              height={height}
              fill="currentColor"
            >
              <title>{`${names[index]}: ${shown(value)}`}</title>
            </rect>
          );
        })}
      </svg>
      <div className="mt-1 flex justify-between text-xs text-muted-foreground" aria-hidden="true">
        <span>{names[0]}</span>
        <span>{names.at(-1)}</span>
      </div>
      <table className="sr-only">
        <caption>{title} by day</caption>
        <tbody>
          {rows.map((row) => (
            <tr key={row.day}>
              <th scope="row">{row.day}</th>
              <td>{shown(valueOf(row))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** Of the time zone that the page is in. */
function dayName(daysAgo: number): string {
  const day = new Date(Date.now() - daysAgo * DAY_MS);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
