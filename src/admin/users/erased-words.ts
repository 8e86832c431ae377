import { Injectable } from '@nestjs/common';
import { AgentPool } from '../../app-server/agent/agent-pool';
import { ChatEntity } from '../../chat/entities/chat.entity';
import { ApprovalEntity } from '../../chat/entities/approval.entity';
import { EventEntity } from '../../chat/entities/event.entity';
import { MessageEntity } from '../../chat/entities/message.entity';
import { TurnEntity } from '../../chat/entities/turn.entity';
import { ComponentLogger, Logger } from '../../common/logger';
import { Database } from '../../database/database';
import { update } from '../../database/rows';
import type { WriteTransaction } from '../../database/write-transaction';
import { BlobReference } from '../../storage/blob-reference.entity';

const PAGE = 50;
const ERASED = [{ type: 'text', text: '[erased]' } as const];

/** Takes what a user wrote, and their name, out of the chats of others. */
@Injectable()
export class ErasedWords {
  private readonly logger: ComponentLogger;

  constructor(
    private readonly database: Database,
    private readonly agents: AgentPool,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'erasure' });
  }

  /** Also out of codex's threads of these chats: each begins anew with its next turn, from what is left. */
  async erase(userId: string): Promise<void> {
    const chatIds = new Set<string>();
    for (let rows = await this.messagesOf(userId); rows.length > 0; rows = await this.messagesOf(userId)) {
      for (const row of rows) {
        chatIds.add(row.chatId);
        await this.database.write((tx) => eraseMessage(tx, row), { lane: row.chatId });
      }
    }
    for (const row of await this.database.read.findBy(ApprovalEntity, { resolvedBy: userId })) {
      await this.database.write((tx) => eraseAnswer(tx, row), { lane: row.chatId });
    }
    for (const chatId of chatIds) await this.forgetThread(chatId);
    await this.database.write((tx) => tx.update(TurnEntity, { authorId: userId }, { authorId: null }));
  }

  private messagesOf(authorId: string): Promise<MessageEntity[]> {
    return this.database.read.find(MessageEntity, { where: { authorId }, order: { id: 'ASC' }, take: PAGE });
  }

  private async forgetThread(chatId: string): Promise<void> {
    const chat = await this.database.read.findOneBy(ChatEntity, { id: chatId });
    if (chat?.codexThreadId == null) return;
    const threadId = chat.codexThreadId;
    // A thread that is new is given all that was said before.
    await this.database.write(update(ChatEntity, { id: chatId }, { codexThreadId: null }), { lane: chatId });
    await this.agents.deleteThreads([threadId], { userId: chat.userId, chatId }).catch((error: unknown) => {
      this.logger.warn({ err: error, chatId }, "codex's thread with the words of an erased user could not be deleted");
    });
  }
}

async function eraseMessage(tx: WriteTransaction, { id, chatId, seq }: MessageEntity): Promise<void> {
  await update(MessageEntity, { id }, { content: [...ERASED], authorId: null })(tx);
  // Its pictures, which are the chat's; what nothing refers to then is swept.
  await tx.delete(BlobReference, { messageId: id });
  const event = await tx.findOneBy(EventEntity, { chatId, seq });
  if (event === null || !('message' in event.data)) return;
  const message = { ...(event.data.message as object), content: ERASED, author: null };
  await update(EventEntity, { chatId, seq }, { data: { ...event.data, message } })(tx);
}

async function eraseAnswer(tx: WriteTransaction, { id, chatId, turnId }: ApprovalEntity): Promise<void> {
  await update(ApprovalEntity, { id }, { resolvedBy: null })(tx);
  const events = await tx.findBy(EventEntity, { chatId, turnId, type: 'approval.resolved' });
  for (const { seq, data } of events) {
    const approval = 'approval' in data ? (data.approval as { id?: string }) : {};
    if (approval.id !== id) continue;
    await update(EventEntity, { chatId, seq }, { data: { ...data, approval: { ...approval, resolvedBy: null } } })(tx);
  }
}
