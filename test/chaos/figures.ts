/** The value below which this share of the values lies; 0 for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** `median / 99th percentile` in milliseconds. */
export const spread = (values: readonly number[]): string =>
  `${Math.round(quantile(values, 0.5))} / ${Math.round(quantile(values, 0.99))} ms (${values.length})`;

export const print = (line: string): void => void process.stdout.write(`${line}\n`);
