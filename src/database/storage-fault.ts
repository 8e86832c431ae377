import { QueryFailedError } from 'typeorm';
import { DomainError, RETRY_AFTER_SECONDS } from '../common/domain.error';

const FAULTS = ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'];

function driverCode(error: unknown): string | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What was to be written is not; the same may succeed later. */
export class StorageUnavailableError extends DomainError {
  /** @param fault its statement and values are left out of the cause: they belong to users, and not into a log. */
  constructor(fault: unknown) {
    const cause: unknown = fault instanceof QueryFailedError ? fault.driverError : fault;
    const detail = 'The database cannot be written at the moment: nothing was changed; try again later.';
    super(503, 'storage_unavailable', detail, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
}

/** The disk or a lock of another process, not the statement, is to blame: the same write may succeed later. */
export function isStorageFault(error: unknown): boolean {
  if (error instanceof StorageUnavailableError) return true;
  const code = driverCode(error);
  return code !== undefined && FAULTS.includes(code);
}

/** The row's key, or another unique value, is taken. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof QueryFailedError && /UNIQUE constraint failed/.test(error.message);
}
