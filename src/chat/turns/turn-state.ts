import { RequiredMcpServerError } from './chat-mcp-servers';
import { In } from 'typeorm';
import { AgentFailure, agentFailure } from '../../app-server/agent/agent-failure';
import type { AgentTurn } from '../../app-server/agent/agent-turn';
import { InstanceLostError, PoolUnavailableError } from '../../app-server/pool/pool.errors';
import { AuthorDto } from '../../access/author.dto';
import { now } from '../../common/clock';
import { DomainError, messageOf } from '../../common/domain.error';
import { increment, insert, update } from '../../database/rows';
import type { Write } from '../../database/write-queue';
import { toMessageDto } from '../dto/message.dto';
import { toTurnDto } from '../dto/turn.dto';
import { ChatEntity } from '../entities/chat.entity';
import { MessageEntity, NewMessage } from '../entities/message.entity';
import type { TokenUsage } from '../entities/token-usage.dto';
import { EndedTurnStatus, TurnEntity, type TurnOptions } from '../entities/turn.entity';
import { BlobMissingError, BlobStoreUnavailableError } from '../../storage/blob.errors';
import type { EventDraft } from '../event-log/chat-event';
import { concat, insertAt, LogEntry } from '../event-log/log-entry';
import type { StoredContent } from '../pictures/message-pictures';
import { SurroundingsError } from './agent-surroundings';

/** The one state that a turn ends in, and why. */
export interface TurnOutcome {
  readonly status: EndedTurnStatus;
  readonly error: AgentFailure | null;
}

export const COMPLETED: TurnOutcome = { status: 'completed', error: null };

export const INTERRUPTED: TurnOutcome = { status: 'interrupted', error: null };

export const failed = (code: string, message: string): TurnOutcome => ({ status: 'failed', error: { code, message } });

/** The code of a turn whose message its user has taken out of the queue: the agent never gets it. */
export const REMOVED_FROM_QUEUE = 'removed_from_queue';

/** The code of a turn whose message its user has sent to the turn that runs. */
const SENT_TO_RUNNING_TURN = 'sent_to_running_turn';

/** Interrupted by something else than the user. */
export const interruptedBy = (code: string, message: string): TurnOutcome => ({
  status: 'interrupted',
  error: { code, message },
});

/** How the agent has ended the turn. */
export function outcomeOf({ status, failure }: AgentTurn): TurnOutcome {
  if (status === 'completed') return COMPLETED;
  return status === 'interrupted' ? INTERRUPTED : { status: 'failed', error: failure ?? agentFailure(null) };
}

/** What an error that kept a turn from going on means for it. */
export function outcomeOfError(error: unknown): TurnOutcome {
  if (error instanceof InstanceLostError) {
    return failed('instance_lost', 'The agent process ended in the middle of the turn. Send the message again.');
  }
  if (error instanceof PoolUnavailableError) return failed('pool_unavailable', `${messageOf(error)}. Try again later.`);
  if (error instanceof BlobMissingError || error instanceof BlobStoreUnavailableError) return pictureFailure(error);
  if (error instanceof RequiredMcpServerError) return failed(error.code, error.detail);
  if (error instanceof SurroundingsError) return failed(error.code, error.message);
  return failed('turn_failed', `The turn could not be run: ${messageOf(error)}`);
}

/** The turn has ended already; it ends once. */
export class TurnEndedError extends Error {
  override readonly name = 'TurnEndedError';
}

const pictureFailure = ({ code }: DomainError): TurnOutcome => {
  const isLost = code === 'blob_missing';
  const reason = isLost ? 'is not there any more' : 'cannot be read at the moment: the storage does not answer';
  return failed(code, `A picture of the message ${reason}. Nothing was sent to the agent; send the message again.`);
};

const NEXT_ORDINAL = 'SELECT COALESCE(MAX("ordinal"), 0) + 1 AS "ordinal" FROM "turns" WHERE "chat_id" = $1';

/**
 * Stores a turn that is accepted, and gives it its number in the chat; within the log's transaction, which has the chat to
 * itself.
 */
export function insertTurn(turn: TurnEntity): Write<void> {
  return async (tx) => {
    const [next] = await tx.all(NEXT_ORDINAL, [turn.chatId]);
    // A transaction that is run again gives it again.
    turn.ordinal = Number(next?.ordinal);
    await insert(TurnEntity, turn)(tx);
  };
}

/** queued → running. */
export function turnStarted(turn: TurnEntity, ranOn?: TurnOptions['ranOn']): LogEntry {
  const change = { status: 'running', startedAt: now(), options: { ...turn.options, ranOn } } as const;
  Object.assign(turn, change);
  return {
    events: [{ type: 'turn.started', turnId: turn.id, data: { turn: toTurnDto(turn) } }],
    writes: [transition(turn.id, ['queued'], change)],
  };
}

/** What is stored of a turn with its end. */
interface TurnSums {
  readonly usage: TokenUsage;
  readonly isCut?: boolean;
  /** What it was in codex, where that is known. */
  readonly agentTurn?: Pick<TurnEntity, 'codexThreadId' | 'codexTurnId'> | undefined;
}

type TurnEnd = Partial<TurnEntity> & { readonly status: EndedTurnStatus };

/**
 * queued or running → one of the three ends.
 *
 * @param isCut whether text of the agent was published that it has not written to its end
 */
export function turnEnded(
  turn: TurnEntity,
  { status, error }: TurnOutcome,
  { usage, isCut = false, agentTurn }: TurnSums,
): LogEntry {
  const change = {
    ...agentTurn,
    ...{ status, usage, endedAt: now(), synced: status === 'completed' && !isCut },
    ...{ errorCode: error?.code ?? null, errorMessage: error?.message ?? null },
  };
  Object.assign(turn, change);
  return endOf(turn, change, ['queued', 'running']);
}

/** What tells of the end of a turn, and stores it. @param ended the turn with its change */
function endOf(ended: TurnEntity, change: TurnEnd, from: TurnEntity['status'][]): LogEntry {
  const turn = toTurnDto(ended);
  const data = { status: change.status, usage: turn.usage, error: turn.error, turn };
  return {
    events: [{ type: 'turn.completed', turnId: ended.id, data }],
    writes: [transition(ended.id, from, change)],
  };
}

/** What a user has added to a turn. @param author null where it is not known who that was */
export function messageAdded(
  { id: turnId, chatId, userId }: TurnEntity,
  { id, content, writes }: Omit<StoredContent, 'references'> & { readonly id: string },
  author: AuthorDto | null,
): LogEntry {
  const row: NewMessage = {
    ...{ id, userId, authorId: author?.id ?? null, chatId, turnId, role: 'user', content, status: 'final' },
    ...{ clientMessageId: null, fingerprint: null, createdAt: now() },
  };
  const event: EventDraft = { type: 'message.created', turnId, data: { message: toMessageDto(row, author) } };
  return { events: [event], writes: [insertAt(MessageEntity, row, event), ...writes] };
}

/**
 * queued → interrupted, as its message was removed. Nothing of it is to be put into the agent's thread: it is in sync.
 * Rejected with `TurnEndedError` for a turn that is not queued any more.
 */
export const turnRemoved = (turn: TurnEntity): LogEntry =>
  leftQueue(turn, REMOVED_FROM_QUEUE, 'The message was removed before its turn began.');

/**
 * A waiting message becomes one of the turn that runs, which the agent has accepted it for: its own turn is over. Rejected
 * with `TurnEndedError` when that is not queued any more.
 */
export function messageSent(
  turn: TurnEntity,
  running: TurnEntity,
  row: MessageEntity,
  author: AuthorDto | null,
): LogEntry {
  const moved = { ...row, turnId: running.id };
  const event: EventDraft = {
    ...{ type: 'message.updated', turnId: running.id },
    data: { message: toMessageDto(moved, author) },
  };
  const reason = `The message was given to turn ${running.id}, which ran, and answers it.`;
  return concat(leftQueue(turn, SENT_TO_RUNNING_TURN, reason), {
    events: [event],
    // Behind what the running turn has so far, where the agent was given it.
    writes: [(tx, seqOf) => update(MessageEntity, { id: row.id }, { turnId: running.id, seq: seqOf(event) })(tx)],
  });
}

function leftQueue(turn: TurnEntity, errorCode: string, errorMessage: string): LogEntry {
  const change: TurnEnd = {
    ...{ status: 'interrupted', endedAt: now(), synced: true },
    ...{ errorCode, errorMessage },
  };
  const entry = endOf({ ...turn, ...change }, change, ['queued']);
  return { ...entry, writes: [...(entry.writes ?? []), chatUsed(turn.chatId, turn.usage)] };
}

/** Whether a message ends in it that the agent has not written to its end. */
export const hasCutText = ({ events }: LogEntry): boolean =>
  events.some((event) => event.type === 'message.completed' && event.data.message.status === 'partial');

/** The chat was used just now, and this many tokens more. */
export function chatUsed(chatId: string, used: TokenUsage): Write<unknown> {
  const at = now();
  const more = Object.fromEntries(Object.entries(used).map(([kind, tokens]) => [`usage.${kind}`, Number(tokens)]));
  return async (tx) => {
    await update(ChatEntity, { id: chatId }, { updatedAt: at })(tx);
    await increment(ChatEntity, { id: chatId }, more)(tx);
  };
}

function transition(turnId: string, from: TurnEntity['status'][], change: Partial<TurnEntity>): Write<void> {
  return async (tx) => {
    const changed = await update(TurnEntity, { id: turnId, status: In(from) }, change)(tx);
    if (changed !== 1) throw new TurnEndedError(`turn ${turnId} is not ${from.join(' or ')}`);
  };
}
