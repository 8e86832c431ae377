import type { UsageSum } from '../../api/types';
import { saveText } from '../../browser/clipboard';
import { csvOf } from '../../format/csv';

/** Names for programs: they are the same in each language. */
const HEADING = [
  ...['day', 'user_id', 'user', 'backend', 'model', 'key_id', 'key', 'calls', 'failed_calls', 'unpriced_calls'],
  ...['input_tokens', 'cached_input_tokens', 'output_tokens', 'reasoning_output_tokens', 'cost', 'currency'],
];

interface Naming {
  /** Names of gateway keys by their ids. */
  readonly keys: ReadonlyMap<string, string>;
  readonly currency: string;
}

/** Saves sums as a table for a spreadsheet. */
export function saveUsage(name: string, sums: readonly UsageSum[], { keys, currency }: Naming): void {
  const rows = sums.map((sum) => [
    ...[sum.day ?? null, sum.userId ?? null, sum.owner?.displayName ?? null, sum.backend ?? null, sum.model ?? null],
    ...[sum.keyId ?? null, keys.get(sum.keyId ?? '') ?? null, sum.calls, sum.failedCalls, sum.unpricedCalls],
    ...[sum.inputTokens, sum.cachedInputTokens, sum.outputTokens, sum.reasoningOutputTokens, sum.cost, currency],
  ]);
  saveText(csvOf(HEADING, rows), `${name}.csv`);
}
