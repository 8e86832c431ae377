import { Injectable } from '@nestjs/common';
import type { User } from '../auth/user';
import { ChatDirectory } from '../chat/chat-directory';
import { ChatHistory } from '../chat/chat-history';
import { ChatList, type ChatListPage } from '../chat/chat-list';
import { ChatStateReader } from '../chat/chat-state-reader';
import type { ChatsQueryDto } from '../chat/dto/chats-query.dto';
import type { ChatStateDto, ChatStateQueryDto } from '../chat/dto/chat-state.dto';
import type { MessageDto } from '../chat/dto/message.dto';
import type { Page, PageRequest } from '../database/page';

/** What a contract reads of chats beside their events. Every method throws DomainError `chat_not_found` and `invalid_cursor`. */
@Injectable()
export class ConversationReads {
  constructor(
    private readonly chats: ChatList,
    private readonly directory: ChatDirectory,
    private readonly states: ChatStateReader,
    private readonly history: ChatHistory,
  ) {}

  /** The chats that the user may see. */
  list(user: User, query: ChatsQueryDto): Promise<ChatListPage> {
    return this.chats.page(user, query);
  }

  /** Those that are not archived, the last used first. */
  lastUsed(user: User, { limit, cursor }: PageRequest): Promise<ChatListPage> {
    return this.list(user, { limit, cursor, archived: false, sort: 'activity' });
  }

  /** Oldest first. */
  messages(user: User, chatId: string, request: PageRequest): Promise<Page<MessageDto>> {
    return this.history.messages(user, chatId, request);
  }

  /** A page of a chat's turns, as the event `seq` has left them: the events behind it continue them. */
  async state(user: User, chatId: string, query: ChatStateQueryDto): Promise<ChatStateDto> {
    const { chat, role } = await this.directory.findWithRole(user, chatId, 'read');
    return this.states.read({ id: chat.id, role }, query);
  }

  /**
   * Where somebody begins to follow who has nothing of the chat yet but what is over.
   *
   * @returns number of the event behind which the first turn begins that waits or runs; of the last event where none does
   */
  async beforeOpenTurns(user: User, chatId: string): Promise<number> {
    const { turns, seq } = await this.state(user, chatId, { turns: 1 });
    const open = turns.find(({ turn: { status } }) => status === 'queued' || status === 'running');
    return open === undefined ? seq : open.seq - 1;
  }
}
