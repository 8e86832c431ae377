const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const exact = new Intl.NumberFormat('en');

/** 950, 12.3K, 1.2M */
export function formatCompact(count: number): string {
  return compact.format(count);
}

/** 12,345 */
export function formatExact(count: number): string {
  return exact.format(count);
}

/** 950 B, 12.3 KB, 1.2 MB */
export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const [unit, size] = bytes < 1_048_576 ? ['KB', bytes / 1_024] : ['MB', bytes / 1_048_576];
  return `${size.toFixed(1)} ${unit}`;
}

/** 340 ms, 4.2 s, 1 m 05 s */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
}

export function elapsedMs(startedAt: string | null, endedAt: string | null): number | null {
  return startedAt && endedAt ? Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) : null;
}
