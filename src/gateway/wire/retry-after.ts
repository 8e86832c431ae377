/**
 * The wait that a provider asks for, in milliseconds: `retry-after-ms`, `retry-after` in seconds or as a date, or the
 * words "try again in 1.5s" or "retry in 1.5s" of its message.
 */
export function retryAfterMs(header: (name: string) => string | undefined, message: string): number | undefined {
  const milliseconds = Number.parseFloat(header('retry-after-ms') ?? '');
  if (milliseconds >= 0) return milliseconds;
  const after = header('retry-after');
  const seconds = Number.parseFloat(after ?? '');
  if (seconds >= 0) return seconds * 1000;
  const date = Date.parse(after ?? '');
  if (!Number.isNaN(date)) return Math.max(0, date - Date.now());
  const words = /(?:try again|retry) in (\d+(?:\.\d+)?) ?(ms|s)\b/i.exec(message);
  return words === null ? undefined : Number(words[1]) * (words[2] === 'ms' ? 1 : 1000);
}
