import { Injectable } from '@nestjs/common';
import type { ChatEntity } from '../chat/entities/chat.entity';
import type { RemovedChat } from '../chat/entities/removed-chat.entity';
import type { TurnEntity } from '../chat/entities/turn.entity';
import { WorkspaceRecorder } from '../chat/turns/workspace-recorder';
import { SnapshotRecorder } from './snapshot-recorder';
import { WorkspaceMaking } from './workspace-making';

/** What is done about workspaces around the turns of chats. */
@Injectable()
export class SnapshottedTurns extends WorkspaceRecorder {
  constructor(
    private readonly making: WorkspaceMaking,
    private readonly recorder: SnapshotRecorder,
  ) {
    super();
  }

  async beforeTurn(chat: ChatEntity, turn: TurnEntity, signal: AbortSignal): Promise<void> {
    await this.making.finish(chat);
    await this.recorder.beforeTurn(chat, turn, signal);
  }

  afterTurn(chat: ChatEntity, turn: TurnEntity): void {
    this.recorder.afterTurn(chat, turn);
  }

  remove(chat: Pick<RemovedChat, 'chatId' | 'familyId'>): Promise<void> {
    this.making.forget(chat.chatId);
    return this.recorder.remove(chat);
  }
}
