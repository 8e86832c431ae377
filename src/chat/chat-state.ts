import { Injectable } from '@nestjs/common';
import { User } from '../auth/user';
import { ChatDirectory } from './chat-directory';
import type { ChatStateDto, ChatStateQueryDto, TurnDiffDto } from './dto/chat-state.dto';
import { ChatStateReader } from './chat-state-reader';

/** What a client needs to show a chat, as it was at one number of its log, for whoever may read it. */
@Injectable()
export class ChatState {
  constructor(
    private readonly directory: ChatDirectory,
    private readonly reader: ChatStateReader,
  ) {}

  /** One page of the chat's turns, and what is open in it. @throws DomainError `chat_not_found`, `invalid_cursor` */
  async read(user: User, chatId: string, query: ChatStateQueryDto): Promise<ChatStateDto> {
    const { chat, role } = await this.directory.findWithRole(user, chatId, 'read');
    const [state, pinned] = await Promise.all([
      this.reader.read({ id: chat.id, role }, query),
      this.directory.isPinned(user, chat.id),
    ]);
    return { ...state, chat: { ...state.chat, pinned } };
  }

  /** All that a turn has changed. @throws DomainError `chat_not_found`, `turn_not_found` */
  async turnDiff(user: User, chatId: string, turnId: string): Promise<TurnDiffDto> {
    const { id } = await this.directory.find(user, chatId, 'read');
    return this.reader.turnDiff(id, turnId);
  }
}
