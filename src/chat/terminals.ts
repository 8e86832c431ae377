import { Injectable } from '@nestjs/common';
import { AgentPool } from '../app-server/agent/agent-pool';
import { AgentUnansweredError } from '../app-server/agent/agent.errors';
import { InstanceLostError } from '../app-server/pool/pool.errors';
import { User } from '../auth/user';
import { notFound, unavailable } from '../common/domain.error';
import { DataDirectories } from '../runtime/data-directories';
import { ChatDirectory } from './chat-directory';
import type { TerminalsDto } from './dto/terminal.dto';
import type { ChatEntity } from './entities/chat.entity';

const ID = /^\d{1,10}$/;

/** The commands that the agent has left running in a chat: a server that it has started, say. */
@Injectable()
export class Terminals {
  constructor(
    private readonly agents: AgentPool,
    private readonly directories: DataDirectories,
    private readonly directory: ChatDirectory,
  ) {}

  /** None where the chat's thread is not loaded. @throws DomainError `chat_not_found`, `agent_unavailable` */
  async list(user: User, chatId: string): Promise<TerminalsDto> {
    const chat = await this.directory.find(user, chatId, 'read');
    const { codexThreadId } = chat;
    if (codexThreadId === null) return { items: [] };
    const workspace = this.directories.workspaceOf(chat.userId, chat.id);
    const items = await asked(this.agents.terminals(codexThreadId, tenantOf(chat), workspace), []);
    return { items };
  }

  /** @throws DomainError `chat_not_found`, `read_only`, `terminal_not_found`, `agent_unavailable` */
  async end(user: User, chatId: string, id: string): Promise<void> {
    const chat = await this.directory.find(user, chatId, 'write');
    const { codexThreadId } = chat;
    const mayBe = codexThreadId !== null && ID.test(id);
    const ended = mayBe && (await asked(this.agents.endTerminal(codexThreadId, id, tenantOf(chat)), false));
    if (!ended) throw notFound('terminal', id);
  }
}

/** @param ofLost what there is of a process that has ended @throws DomainError `agent_unavailable` */
async function asked<T>(answer: Promise<T>, ofLost: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof InstanceLostError) return ofLost;
    if (!(error instanceof AgentUnansweredError)) throw error;
    throw unavailable('agent_unavailable', 'The agent process of this chat does not answer at the moment; try again.');
  }
}

const tenantOf = ({ userId, id }: ChatEntity) => ({ userId, chatId: id });
