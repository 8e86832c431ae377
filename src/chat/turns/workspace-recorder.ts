import type { ChatEntity } from '../entities/chat.entity';
import type { RemovedChat } from '../entities/removed-chat.entity';
import type { TurnEntity } from '../entities/turn.entity';

/** Keeps what the workspaces of chats were like before and after their turns. */
export abstract class WorkspaceRecorder {
  /**
   * Before the turn has its thread: waits a while until the workspace is recorded as it is now.
   *
   * @param signal ends the wait
   * @throws the signal's reason; what keeps an unfinished change of the whole workspace from its end
   */
  abstract beforeTurn(chat: ChatEntity, turn: TurnEntity, signal: AbortSignal): Promise<void>;

  /** The end of the turn is stored. Waits for nothing, and never throws. */
  abstract afterTurn(chat: ChatEntity, turn: TurnEntity): void;

  /** Deletes what was recorded of a chat whose rows are gone. @throws Error of the file system */
  abstract remove(chat: Pick<RemovedChat, 'chatId' | 'familyId'>): Promise<void>;
}
