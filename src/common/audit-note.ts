import { type AuditNote, requestContext } from './request-context';

/** Adds to what the audit log writes of the request that is being served, if it writes of it. */
export function noteForAudit(note: AuditNote): void {
  const context = requestContext.getStore();
  if (context !== undefined) context.audit = { ...context.audit, ...note };
}
