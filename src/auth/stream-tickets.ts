import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/domain.error';
import { Principal } from './principal';
import { concerns, Revocations } from './revocations';
import { hashOfSecret, newSecret } from './secret';

const MAX_TICKETS = 1_000;
const LIFETIME_MS = 30_000;

/** One-time tickets for what can send no header: a browser's EventSource. */
@Injectable()
export class StreamTickets {
  private readonly tickets = new Map<string, { readonly principal: Principal; readonly until: number }>();

  constructor(revocations: Revocations) {
    revocations.onRevoked((revoked) => {
      for (const [hash, { principal }] of this.tickets) if (concerns(revoked, principal)) this.tickets.delete(hash);
    });
  }

  /** @returns the ticket, and when it is good for nothing. @throws DomainError 503 `too_many_tickets` */
  issue(principal: Principal): { ticket: string; expiresAt: string } {
    const at = Date.now();
    for (const [hash, { until }] of this.tickets) if (until <= at) this.tickets.delete(hash);
    if (this.tickets.size >= MAX_TICKETS) {
      throw new DomainError(503, 'too_many_tickets', 'Too many tickets wait to be used.', { retryAfterSeconds: 30 });
    }
    const ticket = newSecret();
    const until = at + LIFETIME_MS;
    this.tickets.set(hashOfSecret(ticket), { principal, until });
    return { ticket, expiresAt: new Date(until).toISOString() };
  }

  /** Whose it is; undefined for one that is unknown, used or too old. It is used by this. */
  take(ticket: string): Principal | undefined {
    const hash = hashOfSecret(ticket);
    const found = this.tickets.get(hash);
    this.tickets.delete(hash);
    return found !== undefined && found.until > Date.now() ? found.principal : undefined;
  }
}
