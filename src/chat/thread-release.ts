import { Injectable } from '@nestjs/common';
import { AgentPool } from '../app-server/agent/agent-pool';
import { AgentUnansweredError } from '../app-server/agent/agent.errors';
import { InstanceLostError } from '../app-server/pool/pool.errors';
import type { User } from '../auth/user';
import { conflict, unavailable } from '../common/domain.error';
import { ChatDirectory } from './chat-directory';
import { TurnScheduler } from './turns/turn-scheduler';

/** Takes the threads of chats out of the memory of codex. */
@Injectable()
export class ThreadRelease {
  constructor(
    private readonly agents: AgentPool,
    private readonly directory: ChatDirectory,
    private readonly scheduler: TurnScheduler,
  ) {}

  /**
   * The chat stays, and its next turn loads the thread again. What the agent has left running ends.
   *
   * @returns whether it was loaded
   * @throws DomainError `chat_not_found`, `read_only`, `turn_running`, `agent_unavailable`
   */
  async release(user: User, chatId: string): Promise<boolean> {
    const chat = await this.directory.find(user, chatId, 'write');
    if (this.scheduler.current(chat.id) !== undefined) throw TURN_RUNNING;
    if (chat.codexThreadId === null) return false;
    try {
      return await this.agents.unload(chat.codexThreadId, { userId: chat.userId, chatId: chat.id });
    } catch (error) {
      if (error instanceof InstanceLostError) return false;
      if (!(error instanceof AgentUnansweredError)) throw error;
      throw unavailable(
        'agent_unavailable',
        'The agent process of this chat does not answer at the moment; try again.',
      );
    }
  }
}

const TURN_RUNNING = conflict('turn_running', 'A turn of this chat runs; interrupt it, or wait for its end.');
