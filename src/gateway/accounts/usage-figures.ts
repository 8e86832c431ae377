/** Sums over model calls. */
export interface UsageFigures {
  readonly calls: number;
  readonly failedCalls: number;
  /** Calls of models without a price: they are not in `costMicros`. */
  readonly unpricedCalls: number;
  readonly inputTokens: number;
  /** Part of the input. */
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  /** Part of the output. */
  readonly reasoningOutputTokens: number;
  /** Millionths of the currency of the prices. */
  readonly costMicros: number;
}

/** A row of sums as the database gives it: text in PostgreSQL, nothing where there was nothing to add. */
export function usageFiguresOf(row: Readonly<Record<string, string | number | null>>): UsageFigures {
  const sum = (name: keyof UsageFigures): number => Number(row[name] ?? 0);
  return {
    calls: sum('calls'),
    failedCalls: sum('failedCalls'),
    unpricedCalls: sum('unpricedCalls'),
    inputTokens: sum('inputTokens'),
    cachedInputTokens: sum('cachedInputTokens'),
    outputTokens: sum('outputTokens'),
    reasoningOutputTokens: sum('reasoningOutputTokens'),
    costMicros: sum('costMicros'),
  };
}
