import type { ThreadLease } from '../../app-server/pool/thread-lease';
import { OutcomeUnknownError } from '../../app-server/rpc/rpc.errors';
import { textsOf } from './codex-record';

/** A turn that codex has completed. */
export interface MissedEnd {
  /** The texts of the agent's messages, in order; null when they are too long to be read at once. */
  readonly texts: readonly string[] | null;
}

/**
 * Asks codex's own record of a turn whose end was missed: the message that says so may have been too long to read.
 * Undefined unless codex has completed the turn.
 *
 * @throws what a request of a lease throws
 */
export async function readMissedEnd(lease: ThreadLease, codexTurnId: string): Promise<MissedEnd | undefined> {
  const turn = await lease.lastTurn().catch((error: unknown) => {
    // Of a long answer the record is too long, too.
    if (error instanceof OutcomeUnknownError) return lease.lastTurn('notLoaded');
    throw error;
  });
  if (turn?.id !== codexTurnId || turn.status !== 'completed') return undefined;
  return { texts: turn.itemsView === 'full' ? textsOf(turn) : null };
}
