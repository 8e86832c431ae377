import type { Evidence } from '../evidence/entries';
import { tokensIn } from '../evidence/token';
import { ofKind } from './of-kind';
import { timeOf } from './times';
import { Violation, violation } from './violation';

/** What may still come of a turn that is being stopped, until it is. */
const GRACE_MS = 10_000;

/** The turns that their users have stopped, or whose command they have not allowed: these end without another reason. */
export function stoppedTurns({ clients, database }: Evidence): Set<string | null> {
  const refused = database.approvals.filter(({ status, decision }) => status === 'expired' || decision === 'cancel');
  return new Set([...ofKind(clients, 'interrupted'), ...refused].map(({ turnId }) => turnId));
}

/** A turn that the service has said to stop is stopped: the model is not asked for it later, nor does it fail later. */
export function checkInterrupts({ clients, model, database }: Evidence): Violation[] {
  const turnOf = new Map(
    database.messages.flatMap(({ text, turnId }) => tokensIn(text).map((token) => [token, turnId])),
  );
  const published = ofKind(clients, 'event').filter(
    ({ event }) => event.type === 'turn.completed' && event.data.status !== 'interrupted',
  );
  const later = [
    ...ofKind(model, 'asked').map((entry) => ({ turnId: turnOf.get(entry.token), what: 'was asked for', entry })),
    ...published.map((entry) => ({ turnId: entry.event.turnId, what: 'ended otherwise', entry })),
  ];
  return ofKind(clients, 'interrupted').flatMap((interrupt) =>
    later.flatMap(({ turnId, what, entry }) =>
      turnId === interrupt.turnId && timeOf(entry) > timeOf(interrupt) + GRACE_MS
        ? [violation('interrupt_ignored', `turn ${turnId} ${what} ${timeOf(entry) - timeOf(interrupt)} ms later`)]
        : [],
    ),
  );
}
