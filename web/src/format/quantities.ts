import { formatNumber } from '../languages/locale';
import { t } from '../languages/text';

/** 950, 12.3K, 1.2M */
export const formatCompact = (count: number): string => formatNumber(count, 1, { notation: 'compact' });

/** 12,345 */
export const formatExact = (count: number): string => formatNumber(count);

/** 950 B, 12.3 KB, 1.2 MB */
export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return t('{{size}} B', { size: formatNumber(bytes) });
  if (bytes < 1_048_576) return t('{{size}} KB', { size: tenths(bytes / 1_024) });
  return t('{{size}} MB', { size: tenths(bytes / 1_048_576) });
}

/** 340 ms, 4.2 s, 1 m 05 s */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return t('{{ms}} ms', { ms: formatNumber(ms) });
  if (ms < 60_000) return t('{{seconds}} s', { seconds: tenths(ms / 1_000) });
  const seconds = Math.floor(ms / 1_000);
  const rest = formatNumber(seconds % 60, 0, { minimumIntegerDigits: 2 });
  return t('{{minutes}} m {{seconds}} s', { minutes: formatNumber(Math.floor(seconds / 60)), seconds: rest });
}

export function elapsedMs(startedAt: string | null, endedAt: string | null): number | null {
  return startedAt && endedAt ? Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) : null;
}

const tenths = (value: number): string => formatNumber(value, 1, { minimumFractionDigits: 1 });
