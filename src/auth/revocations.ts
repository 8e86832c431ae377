import { Injectable } from '@nestjs/common';
import { Principal } from './principal';

/** Whose access ends: all of a user's, one browser session's, or one token's. */
export type Revoked = { readonly userId: string } | { readonly sessionId: string } | { readonly tokenId: string };

/** Why it ends. */
export type RevocationReason = 'disabled' | 'signed_out' | 'revoked' | 'password_changed';

type Listener = (revoked: Revoked, reason: RevocationReason) => void;

/** Says within this process that access has ended, to whoever holds something open for it or remembers who it was. */
@Injectable()
export class Revocations {
  private readonly listeners = new Set<Listener>();
  private readonly changeListeners = new Set<(userId: string) => void>();

  /** @returns how to stop listening */
  onRevoked(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Called with the id of a user of whom something has changed that is remembered. @returns how to stop listening */
  onChanged(listener: (userId: string) => void): () => void {
    this.changeListeners.add(listener);
    return () => void this.changeListeners.delete(listener);
  }

  revoke(revoked: Revoked, reason: RevocationReason): void {
    for (const listener of [...this.listeners]) listener(revoked, reason);
  }

  changed(userId: string): void {
    for (const listener of [...this.changeListeners]) listener(userId);
  }
}

/** Whether what is revoked is what this caller has called with. */
export function concerns(revoked: Revoked, principal: Pick<Principal, 'id' | 'sessionId' | 'tokenId'>): boolean {
  if ('userId' in revoked) return revoked.userId === principal.id;
  if ('sessionId' in revoked) return revoked.sessionId === principal.sessionId;
  return revoked.tokenId === principal.tokenId;
}
