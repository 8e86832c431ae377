import { AsyncLocalStorage } from 'node:async_hooks';

export interface RequestContext {
  /** Undefined for work that no request has caused. */
  readonly requestId: string | undefined;
  /** Who calls, by the network; left out where that is not known. */
  readonly address?: string;
}

/** What is known of the request that is being served; each log line takes its id from here. */
export const requestContext = new AsyncLocalStorage<RequestContext>();
