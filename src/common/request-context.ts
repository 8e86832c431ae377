import { AsyncLocalStorage } from 'node:async_hooks';
import { newId } from './ids';

/** What a request is about, told by the part of the service that knows it to the audit log, which is above that part. */
export interface AuditNote {
  /** Who it turns out to be that has sent it. */
  userId?: string;
  target?: { readonly kind: string; readonly id: string };
  detail?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface RequestContext {
  /** Undefined for work that no request has caused. */
  readonly requestId: string | undefined;
  /** Who calls, by the network; left out where that is not known. */
  readonly address?: string;
  /** See `noteForAudit`. */
  audit?: AuditNote;
}

/** What is known of the request that is being served; each log line takes its id from here. */
export const requestContext = new AsyncLocalStorage<RequestContext>();

/**
 * Does what a message over a connection has caused, as a request of its own.
 *
 * @param address who calls, by the network; undefined where that is not known
 */
export const asRequest = <T>(address: string | undefined, work: () => T): T =>
  requestContext.run({ requestId: newId(), address }, work);
