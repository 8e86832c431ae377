import { Injectable } from '@nestjs/common';
import { In, MoreThan, Not } from 'typeorm';
import type { User } from '../../auth/user';
import { Branches } from '../../branches/branches';
import { ChatDirectory } from '../../chat/chat-directory';
import { ChatEntity } from '../../chat/entities/chat.entity';
import { MessageEntity } from '../../chat/entities/message.entity';
import { TurnEntity } from '../../chat/entities/turn.entity';
import { Database } from '../../database/database';
import { OpenAiError } from '../../gateway/wire/openai.error';
import { firstMessageId, isOfThisContract, turnIdOf } from './agent-ids';
import { turnOfHistory } from './history-match';
import type { EarlierMessage } from './input-parts';

/** The chats of the caller that were in use last, among which a history is looked for. */
const RECENT_CHATS = 200;
/** Of those that begin with the same message. */
const MAX_CANDIDATES = 20;
/** The newest messages of one. */
const MAX_MESSAGES = 200;
/** Turns behind the one that is continued, beyond which it is not asked whose they are. */
const MAX_LATER = 100;

interface Place {
  readonly chatId: string;
  readonly turnId: string;
}

/** Finds the chats that conversations of clients are, by what is stored of the chats alone. */
@Injectable()
export class KnownConversations {
  constructor(
    private readonly database: Database,
    private readonly directory: ChatDirectory,
    private readonly branches: Branches,
  ) {}

  /** The chat that goes on where a response ended. @throws OpenAiError 400 `previous_response_not_found` */
  async behindResponse(user: User, responseId: string): Promise<string> {
    const turnId = turnIdOf(responseId);
    const turn = turnId === undefined ? null : await this.database.read.findOneBy(TurnEntity, { id: turnId });
    const chat = turn && (await this.directory.find(user, turn.chatId, 'write').catch(() => null));
    if (turn && chat) return this.goingOn(user, { chatId: chat.id, turnId: turn.id });
    const words = `There is no response "${responseId}" of the agent in a chat of yours.`;
    throw new OpenAiError(400, 'previous_response_not_found', words, 'previous_response_id');
  }

  /** The chat that goes on where a history ends. @returns undefined where none is known, or none of the newest */
  async behindHistory(user: User, earlier: readonly EarlierMessage[]): Promise<string | undefined> {
    const first = earlier.find(({ role }) => role === 'user');
    if (first === undefined) return undefined;
    const places: Place[] = [];
    for (const chatId of await this.beginningWith(user, first.text)) {
      const stored = await this.newestMessages(chatId);
      const turnId = turnOfHistory(earlier, stored, chatId);
      if (turnId === undefined) continue;
      // One that ends where the history does comes before one that has gone on since.
      if (turnId === stored[0]?.turnId) return chatId;
      places.push({ chatId, turnId });
    }
    return places[0] && this.goingOn(user, places[0]);
  }

  /** The caller's chats that began with a message by this contract, and their branches; the newest first. */
  private async beginningWith(user: User, text: string): Promise<string[]> {
    const { read } = this.database;
    const recent = await read.find(ChatEntity, {
      select: { id: true, familyId: true },
      where: { userId: user.id, archived: false },
      order: { updatedAt: 'DESC', id: 'DESC' },
      take: RECENT_CHATS,
    });
    const marked = await read.find(MessageEntity, {
      select: { chatId: true },
      where: { chatId: In(recent.map(({ id }) => id)), clientMessageId: firstMessageId(text) },
    });
    const ids = new Set(marked.map(({ chatId }) => chatId));
    const families = new Set(recent.filter(({ id }) => ids.has(id)).map(({ familyId }) => familyId));
    const found = recent.filter(({ familyId }) => families.has(familyId));
    return found.slice(0, MAX_CANDIDATES).map(({ id }) => id);
  }

  private newestMessages(chatId: string): Promise<MessageEntity[]> {
    const where = { chatId, status: Not('superseded' as const) };
    return this.database.read.find(MessageEntity, { where, order: { seq: 'DESC' }, take: MAX_MESSAGES });
  }

  /**
   * The chat itself, unless the client has gone on from there by this contract already: then it has edited a message or asks anew, which
   * is a branch. What others have added since belongs to the conversation.
   */
  private async goingOn(user: User, { chatId, turnId }: Place): Promise<string> {
    const { read } = this.database;
    const { ordinal } = await read.findOneByOrFail(TurnEntity, { id: turnId });
    const where = { chatId, ordinal: MoreThan(ordinal) };
    const later = await read.find(TurnEntity, { select: { id: true }, where, take: MAX_LATER });
    if (later.length === 0) return chatId;
    const messages = await read.find(MessageEntity, {
      select: { clientMessageId: true },
      where: { chatId, turnId: In(later.map(({ id }) => id)), role: 'user' },
    });
    if (!messages.every(({ clientMessageId }) => isOfThisContract(clientMessageId))) return chatId;
    const { chat } = await this.branches.fork(user, chatId, { afterTurnId: turnId });
    return chat.id;
  }
}
