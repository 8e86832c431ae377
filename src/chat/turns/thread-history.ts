import { Injectable } from '@nestjs/common';
import { And, In, IsNull, LessThan, MoreThan, Not, Or } from 'typeorm';
import type { HistoryMessage, UserMessage } from '../../app-server/agent/agent-message';
import type { AgentThread } from '../../app-server/agent/agent-thread';
import type { AgentTurn } from '../../app-server/agent/agent-turn';
import { Database } from '../../database/database';
import { find, update } from '../../database/rows';
import { isStorageFault } from '../../database/storage-fault';
import { together, Write } from '../../database/write-queue';
import { isPlan, MessageEntity, type NewMessage } from '../entities/message.entity';
import { TurnEntity } from '../entities/turn.entity';
import { MessagePictures } from '../pictures/message-pictures';
import { textOf } from '../dto/message.dto';
import { asPublished, wholeTexts } from '../projection/whole-texts';
import { REMOVED_FROM_QUEUE } from './turn-state';

const MAX_TURNS = 100;
/** Turns at the end of a thread of which codex has written the beginning down, and no message. */
const MAX_TORN_TURNS = 2;

/** In base64 they are a third longer; more characters of pictures are not put into a thread. */
const MAX_PICTURE_BYTES = 3_145_728;

/** What its user took back the agent does not get in a new thread, either. */
const NOT_REMOVED = Or(IsNull(), Not(REMOVED_FROM_QUEUE));

/** What a thread is given its history with. */
export interface RestoreTerms {
  readonly unsynced: readonly TurnEntity[];
  readonly rows: readonly Write<unknown>[];
  readonly signal: AbortSignal;
}

/**
 * Keeps codex's history of a chat in step with what was published of it.
 *
 * A process that dies takes the answer that it was writing along, and sometimes even a message that it had
 * acknowledged (quirk `no-partial-text`); a thread that never ended a turn may be gone altogether. What is missing is
 * put into the thread before its next turn.
 */
@Injectable()
export class ThreadHistory {
  constructor(
    private readonly database: Database,
    private readonly pictures: MessagePictures,
  ) {}

  /** A message that the thread is to be given, with its pictures. @throws as `MessagePictures.load` */
  asGiven(message: NewMessage, signal: AbortSignal): Promise<UserMessage> {
    return this.pictures.load(message, signal);
  }

  /** The turns before this one that codex may not know to their end, oldest first. */
  async unsyncedBefore(turn: TurnEntity): Promise<TurnEntity[]> {
    const where = { chatId: turn.chatId, ordinal: LessThan(turn.ordinal), synced: false };
    const turns = await this.database.untilRead((read) => find(read, TurnEntity, where, MAX_TURNS, 'ordinal'));
    return turns.reverse();
  }

  /**
   * Gives the thread what it lacks. Returns what is still to be stored when the turn starts.
   *
   * @param terms `rows`: that keep the thread; `signal`: ends the wait for pictures
   * @throws BlobStoreUnavailableError when pictures of earlier messages cannot be read
   */
  async restore(
    thread: AgentThread,
    turn: TurnEntity,
    { unsynced, rows, signal }: RestoreTerms,
  ): Promise<readonly Write<unknown>[]> {
    const messages = thread.isNew ? await this.allBefore(turn) : await this.lostOf(thread, turn, unsynced);
    const writes = [...rows, ...unsynced.map(({ id }) => update(TurnEntity, { id }, { synced: true }))];
    const given = await this.withPictures(messages, signal);
    return (await thread.restoreHistory(given)) ? this.storeNow(turn.chatId, writes) : writes;
  }

  /** The turn may be stopped before it starts: what the thread was given it is not given again. */
  async storeNow(chatId: string, writes: readonly Write<unknown>[]): Promise<readonly Write<unknown>[]> {
    try {
      await this.database.write(together(writes), { lane: chatId });
      return [];
    } catch (error) {
      // The start of the turn waits until something can be stored.
      if (isStorageFault(error)) return writes;
      throw error;
    }
  }

  /** Not those that the thread would have no room for: see `historyItems`. */
  private async withPictures(messages: readonly MessageEntity[], signal: AbortSignal): Promise<HistoryMessage[]> {
    const given: HistoryMessage[] = [];
    let room = MAX_PICTURE_BYTES;
    for (const message of messages.toReversed()) {
      const content = message.content.filter((part) => part.type !== 'image' || (room -= part.size ?? 0) >= 0);
      const loaded = await this.pictures.loadEarlier({ ...message, content }, signal);
      given.unshift({ role: message.role, content: loaded.content });
    }
    return given;
  }

  private async lostOf(
    thread: AgentThread,
    turn: TurnEntity,
    unsynced: readonly TurnEntity[],
  ): Promise<MessageEntity[]> {
    if (unsynced.length === 0 && !thread.isResumed) return [];
    const written = await thread.newestTurns(thread.isResumed ? MAX_TORN_TURNS + 1 : 1);
    const unwritten = thread.isResumed ? await this.completedSince(written, turn) : [];
    const messages = await this.messagesOf([...unwritten, ...unsynced]);
    return missingFrom(messages, written[0] ?? null);
  }

  /**
   * The completed turns after the newest that codex has on disk with a message: where the disk is full it completes turns
   * without any of it, and loses them when it ends.
   */
  private async completedSince(written: readonly AgentTurn[], turn: TurnEntity): Promise<TurnEntity[]> {
    const ids = written.map(idsOf).find(({ length }) => length > 0) ?? [];
    const known =
      ids.length === 0
        ? null
        : await this.database.untilRead((read) => read.findOneBy(MessageEntity, { id: In(ids), chatId: turn.chatId }));
    if (known === null) return [];
    const { ordinal } = await this.database.untilRead((read) => read.findOneByOrFail(TurnEntity, { id: known.turnId }));
    const since = { ordinal: And(MoreThan(ordinal), LessThan(turn.ordinal)), status: 'completed' as const };
    const where = { chatId: turn.chatId, ...since };
    const turns = await this.database.untilRead((read) =>
      read.find(TurnEntity, { where, order: { ordinal: 'DESC' }, take: MAX_TURNS }),
    );
    return turns.filter(({ synced }) => synced);
  }

  private async allBefore(turn: TurnEntity): Promise<MessageEntity[]> {
    const where = {
      chatId: turn.chatId,
      ordinal: LessThan(turn.ordinal),
      status: Not('queued' as const),
      errorCode: NOT_REMOVED,
    };
    const turns = await this.database.untilRead((read) =>
      read.find(TurnEntity, { where, order: { ordinal: 'DESC' }, take: MAX_TURNS }),
    );
    return this.messagesOf(turns);
  }

  /** Turn by turn: a message that waits for its turn comes into the log before the answer of the turn that runs. */
  private async messagesOf(all: readonly TurnEntity[]): Promise<MessageEntity[]> {
    // What asked for a summary the agent was never given.
    const turns = all.filter(({ options }) => options.kind !== 'compaction');
    const where = { turnId: In(turns.map(({ id }) => id)), status: Not('superseded' as const) };
    const messages = await this.database.untilRead((read) =>
      read.find(MessageEntity, { where, order: { seq: 'ASC' } }),
    );
    const ofTurn = Map.groupBy(messages, ({ turnId }) => turnId);
    return [...turns].sort((a, b) => a.ordinal - b.ordinal).flatMap(({ id }) => ofTurn.get(id) ?? []);
  }
}

/**
 * Those of a turn's messages that the agent's own record of its last turn lacks. Of an answer that was cut off while it
 * was published the record may have the whole: it is known, too.
 */
export function missingFrom(messages: readonly MessageEntity[], last: AgentTurn | null): MessageEntity[] {
  const sent = new Set(last === null ? [] : idsOf(last));
  const answers = messages.filter((message) => message.role === 'assistant' && !isPlan(message));
  const { ofMessages } = wholeTexts(answers.map(asPublished), last?.texts ?? []);
  const plans = messages.filter((message) => isPlan(message) && last?.plans.includes(textOf(message.content)));
  const known = new Set([...answers.filter((_, index) => ofMessages[index] !== undefined), ...plans]);
  return messages.filter((message) => (message.role === 'user' ? !sent.has(message.id) : !known.has(message)));
}

const idsOf = ({ userMessages }: AgentTurn): string[] => userMessages.map(({ id }) => id);
