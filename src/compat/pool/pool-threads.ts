import { Injectable } from '@nestjs/common';
import type { User } from '../../auth/user';
import type { SettingsChange } from '../../chat/chat.service';
import type { AcceptedMessage } from '../../chat/message-intake';
import { invalid } from '../../common/domain.error';
import type { Page, PageRequest } from '../../database/page';
import { ConversationReads } from '../../contracts/conversation-reads';
import { ConversationSetup } from '../../contracts/conversation-setup';
import { Conversations } from '../../contracts/conversations';
import { folderInWorkspace, instructionsFor, settingsIn } from '../working-directory';
import { PoolThreadDto, ThreadConfigDto, toPoolThread, TurnConfigDto } from './pool-thread.dto';

/** What the pool class of the contract offers. Every method throws DomainError as the route of the service's own API. */
@Injectable()
export class PoolThreads {
  constructor(
    private readonly conversations: Conversations,
    private readonly setup: ConversationSetup,
    private readonly reads: ConversationReads,
  ) {}

  /** @throws DomainError `working_directory_not_allowed`, `mcp_configuration_not_allowed`, and as making a chat */
  async create(user: User, config: ThreadConfigDto): Promise<PoolThreadDto> {
    const { model, baseInstructions, sandbox: sandboxMode, approvalPolicy = 'never' } = config;
    const instructions = instructionsFor(folderInWorkspace(config.cwd), baseInstructions);
    const mcpServers = serverIds(config.mcpServers);
    const chat = { ...this.setup.routeOf(model), instructions, sandboxMode, approvalPolicy, mcpServers };
    return toPoolThread(await this.conversations.create(user, chat));
  }

  /**
   * Begins a turn, or queues it behind the one that runs. Instructions and MCP servers that are other ones than the thread's
   * are the thread's from then on; the model is that of this turn alone.
   */
  async start(user: User, threadId: string, { input, model, ...config }: TurnConfigDto): Promise<AcceptedMessage> {
    const setting = await this.settingOf(user, threadId, config);
    return this.conversations.send(user, threadId, { content: input, ...this.setup.routeOf(model) }, setting);
  }

  /** @returns id of the turn that is being interrupted, or null */
  interrupt(user: User, threadId: string): Promise<string | null> {
    return this.conversations.interrupt(user, threadId);
  }

  /** The chat stays. @throws DomainError `turn_running` */
  release(user: User, threadId: string): Promise<boolean> {
    return this.setup.release(user, threadId);
  }

  async view(user: User, threadId: string): Promise<PoolThreadDto> {
    return toPoolThread(await this.conversations.find(user, threadId));
  }

  async list(user: User, request: PageRequest): Promise<Page<PoolThreadDto>> {
    const { data, nextCursor } = await this.reads.lastUsed(user, request);
    return { data: data.map(toPoolThread), nextCursor };
  }

  /** @returns undefined where nothing is to be another */
  private async settingOf(
    user: User,
    threadId: string,
    config: Omit<TurnConfigDto, 'input'>,
  ): Promise<SettingsChange | undefined> {
    const { baseInstructions } = config;
    const mcpServers = serverIds(config.mcpServers);
    if (baseInstructions === undefined && mcpServers === undefined) return undefined;
    const chat = await this.conversations.find(user, threadId);
    const { folder, instructions } = settingsIn(chat.instructions);
    const isOther = baseInstructions !== undefined && baseInstructions !== (instructions ?? '');
    const told = isOther ? { instructions: instructionsFor(folder, baseInstructions) ?? '' } : {};
    return { ...told, mcpServers };
  }
}

/** @throws DomainError 400 `mcp_configuration_not_allowed` for what is no list of ids */
function serverIds(servers: unknown): string[] | undefined {
  if (servers === undefined) return undefined;
  const isEmpty = typeof servers === 'object' && servers !== null && Object.keys(servers).length === 0;
  if (isEmpty) return [];
  const isList = Array.isArray(servers) && servers.length <= MAX_SERVERS;
  if (isList && servers.every((id) => typeof id === 'string' && id.length <= 64)) return servers as string[];
  throw INLINE;
}

const MAX_SERVERS = 50;
const INLINE = invalid(
  'mcp_configuration_not_allowed',
  'mcpServers must be a list of ids: make a server by POST /api/v1/mcp-servers first, or take one that the operator has configured.',
);
