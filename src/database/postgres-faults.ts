/** A connection that did not say what became of the last statement. */
const LOST_MESSAGES = [
  'Connection terminated',
  'Connection ended unexpectedly',
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'the connection was lost',
  // TypeORM, of a connection that was lost while nothing was asked.
  'Query runner already released',
];
const NETWORK_CODES = [
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'],
  ...['ENETUNREACH', 'ENETDOWN', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'],
];

/**
 * SQLSTATEs, and classes of them, that are no fault of the statement: 08 connection, 53 resources (disk full, memory,
 * connections), 57 operator (shutdown, starting up, a timeout), 58 system.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const FAULT_CLASSES = ['08', '53', '57', '58'];
const FAULT_STATES = [
  // A standby, or a disk that was made read-only by its keeper.
  '25006',
  // An idle transaction was ended.
  '25P03',
  // A lock was not to be had in time.
  '55P03',
];
const CONFLICT_STATES = ['40001', '40P01'];
const UNIQUE_VIOLATION = '23505';

/** What the driver has thrown. */
export interface Fault {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly severity?: unknown;
  readonly syscall?: unknown;
}

const isSqlState = (code: unknown): code is string => typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);

/** The connection is of no use any more, and what it was asked last may or may not have been done. */
export function isLostConnection({ code, message, severity, syscall }: Fault): boolean {
  if (severity === 'FATAL' || severity === 'PANIC') return true;
  if (isSqlState(code) && typeof severity === 'string') return code.startsWith('08');
  if (typeof code === 'string' && NETWORK_CODES.includes(code)) return true;
  // A Unix socket that is not there.
  if (code === 'ENOENT' && syscall === 'connect') return true;
  return typeof message === 'string' && LOST_MESSAGES.some((start) => message.startsWith(start));
}

/** Another transaction stood in the way: the same again may succeed at once. */
export const isConflict = (fault: Fault): fault is Fault & { readonly code: string } =>
  typeof fault.code === 'string' && CONFLICT_STATES.includes(fault.code);

/** Not the statement is to blame: it may succeed later. */
export function isPostgresFault(error: Fault): boolean {
  if (isLostConnection(error) || isConflict(error)) return true;
  const { code } = error;
  if (!isSqlState(code)) return false;
  return FAULT_STATES.includes(code) || FAULT_CLASSES.includes(code.slice(0, 2));
}

export const isPostgresUniqueViolation = ({ code }: Fault): boolean => code === UNIQUE_VIOLATION;
