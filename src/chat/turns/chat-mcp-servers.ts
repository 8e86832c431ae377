import type { User } from '../../auth/user';
import type { McpConnection } from '../../app-server/agent/mcp-connection';
import { DomainError } from '../../common/domain.error';
import type { ChatEntity } from '../entities/chat.entity';
import type { TurnEntity } from '../entities/turn.entity';

/** A server that every chat needs, and that cannot be used. */
export class RequiredMcpServerError extends DomainError {
  override readonly name = 'RequiredMcpServerError';

  /** @param detail a sentence for a person, without a secret */
  constructor(detail: string) {
    super(424, 'mcp_server_failed', detail);
  }
}

/** The MCP servers that the agents of chats may call. */
export abstract class ChatMcpServers {
  /** @throws DomainError `unknown_mcp_server` for a server that the user may not choose in a chat of the project */
  abstract requireKnown(user: User, projectId: string, ids: readonly string[]): Promise<void>;

  /**
   * The servers that a turn's thread connects to: those of the chat, and of who has written.
   *
   * @throws RequiredMcpServerError, and what a database throws
   */
  abstract connections(chat: ChatEntity, turn: TurnEntity, workspace: string): Promise<readonly McpConnection[]>;

  /** Why a server cannot be used in the chat, in a sentence; undefined when that is not known. */
  abstract failureOf(chatId: string, name: string): string | undefined;
}
