import type { Counter, LabelValues } from 'prom-client';

/**
 * Gives a counter its series for each of these values of a label at once: one that begins with its first event hides that
 * event from `rate()` and `increase()`.
 *
 * @param others values of its other labels
 */
export function countFromZero<L extends string>(
  counter: Counter<L>,
  label: NoInfer<L>,
  values: readonly string[],
  others: LabelValues<NoInfer<L>> = {},
): void {
  for (const value of values) counter.inc({ ...others, [label]: value } as LabelValues<L>, 0);
}
