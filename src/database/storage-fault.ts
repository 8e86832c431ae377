import { QueryFailedError } from 'typeorm';

const FAULTS = ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'];

function driverCode(error: unknown): string | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The disk, not the statement, is to blame: the same write may succeed later. */
export function isStorageFault(error: unknown): boolean {
  const code = driverCode(error);
  return code !== undefined && FAULTS.includes(code);
}

/** The row's key, or another unique value, is taken. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof QueryFailedError && /UNIQUE constraint failed/.test(error.message);
}
