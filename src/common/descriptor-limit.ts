import { readFileSync } from 'node:fs';
import { ConnectionConfig } from '../config/connection.config';

/** For the database, the log, pipes to app-servers and connections to providers. */
const OTHER_DESCRIPTORS = 500;

/**
 * What to tell an operator whose limit on open files (`ulimit -n`) is below what MAX_CONNECTIONS may need; undefined where it
 * is not, or is not known (Linux only). Node raises the soft limit to the hard one when it starts.
 */
export function descriptorWarning(
  { maxConnections }: Pick<ConnectionConfig, 'maxConnections'>,
  limits = readLimits(),
): string | undefined {
  const [, limit] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  const needed = maxConnections + OTHER_DESCRIPTORS;
  if (limit === undefined || Number(limit) >= needed) return undefined;
  return (
    `this process may open ${limit} files (ulimit -n), but MAX_CONNECTIONS=${maxConnections} needs ${needed}: ` +
    'raise the limit (LimitNOFILE in systemd), or lower MAX_CONNECTIONS'
  );
}

function readLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}
