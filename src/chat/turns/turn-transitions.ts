import { update } from '../../database/rows';
import { In } from 'typeorm';
import { now } from '../../common/clock';
import type { Write } from '../../database/write-queue';
import { toTurnDto } from '../dto/turn.dto';
import { ChatEntity } from '../entities/chat.entity';
import { TurnEntity } from '../entities/turn.entity';
import type { LogEntry } from '../event-log/log-entry';
import type { TokenUsage } from '../dto/token-usage.dto';
import type { TurnOutcome } from './turn-outcome';

/** The turn has ended already; it ends once. */
export class TurnEndedError extends Error {
  override readonly name = 'TurnEndedError';
}

/** queued → running. */
export function turnStarted(turn: TurnEntity): LogEntry {
  const change = { status: 'running', startedAt: now() } as const;
  Object.assign(turn, change);
  return {
    events: [{ type: 'turn.started', turnId: turn.id, data: { turn: toTurnDto(turn) } }],
    writes: [transition(turn.id, ['queued'], change)],
  };
}

/**
 * queued or running → one of the three ends.
 *
 * @param isCut whether text of the agent was published that it has not written to its end
 */
export function turnEnded(
  turn: TurnEntity,
  { status, error }: TurnOutcome,
  { usage, isCut = false }: { readonly usage: TokenUsage; readonly isCut?: boolean },
): LogEntry {
  const change = {
    ...{ status, usage, endedAt: now(), synced: status === 'completed' && !isCut },
    ...{ errorCode: error?.code ?? null, errorMessage: error?.message ?? null },
  };
  Object.assign(turn, change);
  return {
    events: [{ type: 'turn.completed', turnId: turn.id, data: { status, usage, error, turn: toTurnDto(turn) } }],
    writes: [transition(turn.id, ['queued', 'running'], change)],
  };
}

/** The chat was used just now. */
export function chatTouched(chatId: string, change: Partial<Pick<ChatEntity, 'usage'>> = {}): Write<unknown> {
  const at = now();
  return update(ChatEntity, { id: chatId }, { updatedAt: at, ...change });
}

function transition(turnId: string, from: TurnEntity['status'][], change: Partial<TurnEntity>): Write<void> {
  return async (tx) => {
    const changed = await update(TurnEntity, { id: turnId, status: In(from) }, change)(tx);
    if (changed !== 1) throw new TurnEndedError(`turn ${turnId} is not ${from.join(' or ')}`);
  };
}
