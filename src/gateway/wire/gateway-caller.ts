import type { Principal } from '../../auth/principal';
import { allows } from '../../auth/permission';

/** Who calls `/v1`, once the key or the address has been looked at. */
export interface GatewayCaller {
  /** An app-server process of ours, the holder of a gateway key, or anybody on this machine while nobody signs in. */
  readonly kind: 'instance' | 'key' | 'open';
  /** Owner of the call; null for an instance, whose threads belong to many users: their route says who. */
  readonly userId: string | null;
  readonly keyId: string | null;
  readonly instanceId: string | null;
  /** The user, where it has called as one and not by a key. */
  readonly user?: Principal;
  /**
   * Whether a backend may be used, and a certain model of it.
   *
   * @param model the provider's name of the model; left out: whether any model of the backend may be used.
   */
  allows(backendId: string, model?: string): boolean;
}

declare module 'express' {
  interface Request {
    /** Set by GatewayAccessGuard. */
    gatewayCaller?: GatewayCaller;
  }
}

/** An app-server process, which only its chats' routes restrict. */
export const instanceCaller = (instanceId: string): GatewayCaller => ({
  kind: 'instance',
  userId: null,
  keyId: null,
  instanceId,
  allows: () => true,
});

/**
 * Somebody who has signed in, or is on this machine while `SECURITY_METHOD=None`.
 *
 * @param user left out by the service itself, which may use every backend
 */
export const openCaller = (userId: string, user?: Principal): GatewayCaller => ({
  kind: 'open',
  userId,
  keyId: null,
  instanceId: null,
  user,
  allows: () => user === undefined || allows(user, 'gateway:use'),
});
