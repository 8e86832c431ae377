import { In } from 'typeorm';
import { AgentActionEntity } from '../chat/entities/agent-action.entity';
import { ApprovalEntity } from '../chat/entities/approval.entity';
import type { ChatEntity } from '../chat/entities/chat.entity';
import { EventEntity } from '../chat/entities/event.entity';
import { MessageEntity } from '../chat/entities/message.entity';
import { NO_USAGE } from '../chat/entities/token-usage.dto';
import { TurnEntity } from '../chat/entities/turn.entity';
import { logTruncated } from '../chat/event-log/chat-event';
import { newId } from '../common/ids';
import { insert } from '../database/rows';
import type { WriteTransaction } from '../database/write-transaction';
import { BlobReference } from '../storage/blob-reference.entity';

/** Turns whose rows are read at once. */
const TURNS_AT_ONCE = 200;
const ROWS_AT_ONCE = 500;
/** Of the log, the newest; messages, actions and turns are copied all. */
const MAX_EVENTS = 20_000;
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** New ids in the place of old ones, wherever they stand. */
export class NewIds {
  private readonly ids = new Map<string, string>();

  /** The new id of a row: the same again for the same row. */
  of(id: string): string {
    const known = this.ids.get(id);
    if (known !== undefined) return known;
    const made = newId();
    this.ids.set(id, made);
    return made;
  }

  set(id: string, to: string): void {
    this.ids.set(id, to);
  }

  /** Null for the id of a row that is not copied. */
  find(id: string | null): string | null {
    return id === null ? null : (this.ids.get(id) ?? null);
  }

  /** A value that JSON can hold, in which each id that has a new one is that. */
  within<T>(value: T): T {
    const text = JSON.stringify(value);
    return JSON.parse(text.replace(ID, (id) => this.ids.get(id) ?? id)) as T;
  }
}

/**
 * Copies turns of a chat with all that they have into one that has just been stored: messages, the agent's actions, answered
 * approvals, their part of the log. Each keeps its number in the chat. What was used stays with the original.
 *
 * @param turns that have ended, oldest first
 * @returns the number of the last event
 */
export async function copyTurns(
  tx: WriteTransaction,
  { parent, branch, turns, ids }: { parent: ChatEntity; branch: ChatEntity; turns: readonly TurnEntity[]; ids: NewIds },
): Promise<number> {
  const { userId, id: chatId } = branch;
  const owner = { userId, chatId };
  ids.set(parent.id, branch.id);
  const copies = turns.map((turn): TurnEntity => ({
    ...turn,
    ...{ ...owner, id: ids.of(turn.id), copiedFrom: turn.copiedFrom ?? turn.id, usage: NO_USAGE, synced: true },
  }));
  await insertAll(tx, TurnEntity, copies);
  let lastSeq = 0;
  const events: EventEntity[] = [];
  for (let at = 0; at < turns.length; at += TURNS_AT_ONCE) {
    const turnId = In(turns.slice(at, at + TURNS_AT_ONCE).map(({ id }) => id));
    const rows = await rowsOf(tx, turnId);
    for (const { id } of [...rows.messages, ...rows.actions, ...rows.approvals]) ids.of(id);
    const references = await tx.findBy(BlobReference, { messageId: In(rows.messages.map(({ id }) => id)) });
    for (const { id } of references) ids.of(id);
    const moved = <T extends { id: string; turnId: string }>(row: T): T => ({
      ...ids.within(row),
      ...{ ...owner, id: ids.of(row.id), turnId: ids.of(row.turnId) },
    });
    const messages = rows.messages.map((row) => ({ ...moved(row), authorId: row.authorId, clientMessageId: null }));
    await insertAll(tx, MessageEntity, messages);
    await insertAll(tx, AgentActionEntity, rows.actions.map(moved));
    const approvals = rows.approvals.map((row) => ({ ...moved(row), resolvedBy: row.resolvedBy, ruleIds: null }));
    await insertAll(tx, ApprovalEntity, approvals);
    const shown = references.map((row) => ({
      ...{ ...row, userId, id: ids.of(row.id), messageId: ids.of(row.messageId ?? '') },
    }));
    await insertAll(tx, BlobReference, shown);
    for (const { seq } of [...messages, ...rows.actions, ...approvals]) lastSeq = Math.max(lastSeq, seq);
    events.push(...(await tx.findBy(EventEntity, { chatId: parent.id, turnId })).filter(isCopied));
  }
  events.sort((one, other) => one.seq - other.seq);
  lastSeq = Math.max(lastSeq, events.at(-1)?.seq ?? 0);
  await insertAll(tx, EventEntity, logOf(events, branch, ids));
  return lastSeq;
}

async function rowsOf(tx: WriteTransaction, turnId: ReturnType<typeof In<string>>) {
  const messages = await tx.findBy(MessageEntity, { turnId });
  const actions = await tx.findBy(AgentActionEntity, { turnId });
  const approvals = await tx.findBy(ApprovalEntity, { turnId });
  return { messages, actions, approvals: approvals.filter(({ status }) => status !== 'pending') };
}

/** What was used is told where it was. */
const isCopied = ({ type }: EventEntity): boolean => type !== 'usage.updated';

/** The events with their numbers; where some are missing before them, the log says that it begins there. */
function logOf(events: readonly EventEntity[], { id: chatId, userId }: ChatEntity, ids: NewIds): EventEntity[] {
  const kept = events.slice(-MAX_EVENTS);
  const cut = events.length > kept.length ? kept.shift() : undefined;
  let previousSeq = cut?.seq ?? 0;
  const log: EventEntity[] = [];
  if (cut !== undefined) {
    const { type, turnId, data } = logTruncated(cut.seq);
    log.push({ ...cut, chatId, userId, type, turnId, data, previousSeq: 0 });
  }
  for (const event of kept) {
    const data = withoutUsage(ids.within(event.data));
    log.push({ ...event, chatId, userId, turnId: ids.find(event.turnId), data, previousSeq });
    previousSeq = event.seq;
  }
  return log;
}

function withoutUsage(data: object): object {
  const { usage, turn } = data as { usage?: unknown; turn?: { usage?: unknown } };
  return {
    ...data,
    ...(usage !== undefined && { usage: NO_USAGE }),
    ...(turn?.usage !== undefined && { turn: { ...turn, usage: NO_USAGE } }),
  };
}

async function insertAll<T extends object>(
  tx: WriteTransaction,
  entity: new () => T,
  rows: readonly T[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await insert(entity, rows.slice(at, at + ROWS_AT_ONCE))(tx);
  }
}
