import { InstanceLostError, PoolUnavailableError } from '../../app-server/pool/pool.errors';
import type { Turn } from '../../app-server/protocol/generated/v2/Turn';
import { messageOf } from '../../common/domain.error';
import type { EndedTurnStatus } from '../entities/turn.entity';
import type { TurnFailure } from '../event-log/chat-event';
import { turnFailure } from '../projection/turn-failure';

/** The one state that a turn ends in, and why. */
export interface TurnOutcome {
  readonly status: EndedTurnStatus;
  readonly error: TurnFailure | null;
}

export const COMPLETED: TurnOutcome = { status: 'completed', error: null };

export const INTERRUPTED: TurnOutcome = { status: 'interrupted', error: null };

export const failed = (code: string, message: string): TurnOutcome => ({ status: 'failed', error: { code, message } });

/** Interrupted by something else than the user. */
export const interruptedBy = (code: string, message: string): TurnOutcome => ({
  status: 'interrupted',
  error: { code, message },
});

/** How codex says that the turn ended. */
export function outcomeOfCodex(turn: Turn): TurnOutcome {
  if (turn.status === 'completed') return COMPLETED;
  if (turn.status === 'interrupted') return INTERRUPTED;
  return { status: 'failed', error: turnFailure(turn.error) };
}

/** What an error that kept a turn from going on means for it. */
export function outcomeOfError(error: unknown): TurnOutcome {
  if (error instanceof InstanceLostError) {
    return failed('instance_lost', 'The agent process ended in the middle of the turn. Send the message again.');
  }
  if (error instanceof PoolUnavailableError) return failed('pool_unavailable', `${messageOf(error)}. Try again later.`);
  return failed('turn_failed', `The turn could not be run: ${messageOf(error)}`);
}
