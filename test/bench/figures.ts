export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export const rounded = (value: number, digits = 1): string => value.toFixed(digits);

export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** A figure that must not be above its limit, or not below. */
export interface Target {
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly unit?: string;
}

/** The figure with its target and whether that is met: `0.87x (at most 0.9x: met)`. */
export function judged(value: number, { atMost, atLeast, unit = 'x' }: Target): string {
  const digits = unit === 'x' ? 2 : 1;
  const limit = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
  const met = value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity);
  return `${rounded(value, digits)}${unit} (${limit}${unit}: ${met ? 'met' : 'NOT MET'})`;
}
