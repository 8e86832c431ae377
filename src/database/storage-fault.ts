import { QueryFailedError } from 'typeorm';
import { DomainError, RETRY_AFTER_SECONDS } from '../common/domain.error';
import { isPostgresFault, isPostgresUniqueViolation } from './postgres-faults';

const FAULTS = ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'];

/** What the driver has thrown. */
function causeOf(error: unknown): { readonly code?: unknown; readonly message?: unknown } {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return typeof cause === 'object' && cause !== null ? cause : {};
}

/** What was to be written is not, or what was to be read could not be; the same may succeed later. */
export class StorageUnavailableError extends DomainError {
  /** @param fault its statement and values are left out of the cause: they belong to users, and not into a log. */
  constructor(fault: unknown) {
    const cause: unknown = fault instanceof QueryFailedError ? fault.driverError : fault;
    const detail = 'The database cannot be used at the moment: nothing was changed; try again later.';
    super(503, 'storage_unavailable', detail, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
}

/**
 * The disk, a lock of another process, or a server that cannot be reached, not the statement, is to blame: the same may
 * succeed later.
 */
export function isStorageFault(error: unknown): boolean {
  if (error instanceof StorageUnavailableError) return true;
  const cause = causeOf(error);
  return (typeof cause.code === 'string' && FAULTS.includes(cause.code)) || isPostgresFault(cause);
}

/** What callers are told of a storage fault; any other error as it is. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof StorageUnavailableError) return error;
  return isStorageFault(error) ? new StorageUnavailableError(error) : error;
}

/** The row's key, or another unique value, is taken. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  return /UNIQUE constraint failed/.test(error.message) || isPostgresUniqueViolation(causeOf(error));
}
