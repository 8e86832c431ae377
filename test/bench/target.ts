import { rounded } from '../support/figures';

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
