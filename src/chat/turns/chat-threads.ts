import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { PoolConfig } from '../../config/pool.config';
import { AgentPool, MAX_OPENINGS, ThreadRequest } from '../../app-server/agent/agent-pool';
import type { UserMessage } from '../../app-server/agent/agent-message';
import type { AgentThread } from '../../app-server/agent/agent-thread';
import type { AgentTurn } from '../../app-server/agent/agent-turn';
import { AgentRefusedError, AgentUnansweredError, RequiredServersError } from '../../app-server/agent/agent.errors';
import { InstanceLostError } from '../../app-server/pool/pool.errors';
import { now } from '../../common/clock';
import { withDeadline } from '../../common/deadline';
import { newId } from '../../common/ids';
import { ComponentLogger, Logger } from '../../common/logger';
import { insert, update } from '../../database/rows';
import type { Write } from '../../database/write-queue';
import { LlmSession } from '../entities/llm-session.entity';
import type { Omission } from '../../gateway/routing/refused-content';
import type { CallListener } from '../../gateway/routing/thread-calls';
import { DataDirectories } from '../../runtime/data-directories';
import { removeFolder } from '../../runtime/remove-folder';
import type { AgentTools } from '../../tools/agent-tools';
import { ChatEntity } from '../entities/chat.entity';
import type { NewMessage } from '../entities/message.entity';
import { TurnEntity } from '../entities/turn.entity';
import { EventDraft, TurnFailure, warning } from '../event-log/chat-event';
import type { ChatRef } from '../event-log/log-entry';
import { compactedAfterRefusal } from '../projection/context-events';
import { AgentSurroundings, Surroundings } from './agent-surroundings';
import { ChatTemplates } from './chat-templates';
import { ChatMcpServers, RequiredMcpServerError } from './chat-mcp-servers';
import { GatewayThreads } from './gateway-threads';
import { prepareProtected } from './protected-folders';
import { ThreadHistory } from './thread-history';
import { requestOf, tenantOf } from './thread-request';
import { ToldInstructions } from './told-instructions';
import type { TurnBudget } from './turn-budget';

/** How long a chat's next turn waits for the summary of what was said before: a long one, by a slow model. */
const COMPACTION_DEADLINE_MS = 180_000;
const READ_DEADLINE_MS = 10_000;

/** A turn that is next in its chat, with the rows that it begins from. */
export interface NextTurn {
  readonly chat: ChatEntity;
  readonly turn: TurnEntity;
  /** The turns before it that the agent may not know to their end, oldest first. */
  readonly unsynced: readonly TurnEntity[];
}

/** What the agent of a turn finds. */
export interface PreparedWorkspace {
  /** Absolute path. */
  readonly workspace: string;
  readonly surroundings: Surroundings;
  /** What was done about it; to be committed with the start of the turn. */
  readonly events: readonly EventDraft[];
}

export interface PreparedTurn extends NextTurn {
  readonly prepared: PreparedWorkspace;
}

/** How a turn waits for its slot in the pool. */
export interface PoolWait {
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Called with the number of turns before this one, when it has to wait and when that has changed. */
  readonly onQueued: (position: number) => void;
}

/** What is used of the service's tools. */
export type OfferedTools = Pick<AgentTools, 'namesFor' | 'offered'>;

export interface OpenedThread {
  readonly thread: AgentThread;
  /** What the turn may use up. */
  readonly budget: TurnBudget;
  /** Reasoning effort of the turn; undefined: the model's own. */
  readonly effort: string | undefined;
  /** Names of the service's tools that its model may call. */
  readonly toolNames: readonly string[];
  readonly instructions: ToldInstructions;
  /** Rows that keep the chat's thread; to be committed before the turn starts. */
  readonly writes: readonly Write<unknown>[];
  /** What happened to the thread; to be committed with them. */
  readonly events: readonly EventDraft[];
}

/** A chat's thread: opened in the agent, stored with the chat, and known to the gateway. */
@Injectable()
export class ChatThreads {
  private readonly logger: ComponentLogger;

  constructor(
    private readonly agents: AgentPool,
    private readonly gateway: GatewayThreads,
    private readonly directories: DataDirectories,
    private readonly history: ThreadHistory,
    private readonly surroundings: AgentSurroundings,
    private readonly templates: ChatTemplates,
    private readonly pool: PoolConfig,
    private readonly mcp: ChatMcpServers,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'threads' });
  }

  /** The turns before this one that the agent may not know to their end, oldest first. */
  unsyncedBefore(turn: TurnEntity): Promise<TurnEntity[]> {
    return this.history.unsyncedBefore(turn);
  }

  /** The message that a turn begins with, with its pictures. @throws as `MessagePictures.load` */
  asGiven(message: NewMessage, signal: AbortSignal): Promise<UserMessage> {
    return this.history.asGiven(message, signal);
  }

  /**
   * Puts in place what the agent finds in the workspace and beside it; before each turn.
   *
   * @throws SurroundingsError, Error of the file system, or of the database; the signal's reason
   */
  async prepare({ chat, turn }: NextTurn, signal: AbortSignal): Promise<PreparedWorkspace> {
    const workspace = this.directories.workspaceOf(chat.userId, chat.id);
    // It is there but for a chat's first turn, and to ask another thread for it takes longer than to look.
    if (!existsSync(workspace)) await mkdir(workspace, { recursive: true, mode: 0o700 });
    const { sandboxMode } = this.pool.sandboxCeiling.permissionsFor(chat).effective;
    const said = prepareProtected(workspace, sandboxMode);
    const surroundings = await this.surroundings.prepare(chat, workspace, signal);
    const events = [...said, ...surroundings.warnings].map((message) => warning(turn.id, message));
    return { workspace, surroundings, events };
  }

  /**
   * Opens the chat's thread for one turn, as a new one if codex never kept the old, with all that was said before.
   *
   * While the pool has no room the turn keeps waiting: an accepted message is not given up.
   *
   * @param known the tools of this service
   * @throws what AgentPool.open and the requests of a thread throw
   */
  async open(next: PreparedTurn, wait: PoolWait, known: OfferedTools): Promise<OpenedThread> {
    const { chat, turn, prepared } = next;
    const { workspace, surroundings } = prepared;
    const events = [...prepared.events];
    const settings = await this.templates.settingsOf(chat);
    const toolNames = known.namesFor(settings.tools);
    const tools = known.offered(toolNames);
    const mcpServers = await this.mcp.connections(chat, turn, workspace);
    const request = requestOf(next, { workspace, surroundings, settings }, wait);
    for (let losses = 0; ;) {
      const contextWindow = this.gateway.learnedWindow(chat, turn);
      const thread = await this.opened(chat, {
        ...request,
        mcpServers,
        ...(tools.length > 0 && { tools }),
        ...(contextWindow && { contextWindow }),
      });
      try {
        const budget = this.gateway.bind(thread.threadId, chat, turn, settings);
        const restored = await this.restoreHistory(thread, next, rowsOf(chat, thread.threadId), wait.signal);
        chat.codexThreadId = thread.threadId;
        const mayCompact =
          !hasCompacted(events) && !thread.isNew && hadNoRoom(next) && turn.options.kind !== 'compaction';
        const writes = mayCompact ? await this.compact(thread, next, { wait, writes: restored, events }) : restored;
        const effort = this.gateway.effortOf(chat, turn, settings);
        const instructions = new ToldInstructions(chat, request.instructions, thread.isNew);
        const told = [...events, ...leftOut(turn, thread)];
        return { thread, budget, effort, toolNames, instructions, writes, events: told };
      } catch (error) {
        thread.release();
        if (!isLost(error) || (losses += 1) === MAX_OPENINGS) throw error;
        this.logger.warn({ err: error, chatId: chat.id }, 'a turn waits on for its thread');
      }
    }
  }

  /** The agent's own record of the chat's last turn; null when it has none. @throws DeadlineError, and what the agent throws */
  async lastTurn(chat: ChatEntity): Promise<AgentTurn | null> {
    if (chat.codexThreadId === null) return null;
    const reading = this.agents.lastTurn(chat.codexThreadId, tenantOf(chat));
    return withDeadline(reading, READ_DEADLINE_MS, "reading a thread's last turn");
  }

  /** Ends the commands that the agent has left running; one that does not answer is replaced before long. */
  async endCommands(chat: ChatEntity): Promise<void> {
    if (chat.codexThreadId === null) return;
    await this.agents.endCommands(chat.codexThreadId, tenantOf(chat)).catch((error: unknown) => {
      this.logger.warn({ err: error, chatId: chat.id }, 'the commands of a chat could not be ended');
    });
  }

  /** Tells `listener` what the model of the thread calls, which codex does not report all of. @returns ends that. */
  watchCalls(threadId: string, listener: CallListener): () => void {
    return this.gateway.watchCalls(threadId, listener);
  }

  /** Why the thread's last request to its model failed, in the model backend's words; undefined if it did not. */
  takeUpstreamFailure(threadId: string): TurnFailure | undefined {
    return this.gateway.takeFailure(threadId);
  }

  /** Tells what is left out of what the chat's models see because a provider has refused it. @returns what ends that */
  onOmitted(chatId: string, listener: (omission: Omission) => void): () => void {
    return this.gateway.onOmitted(chatId, listener);
  }

  /**
   * Deletes all that a chat has on disk, here and in codex.
   *
   * @throws Error of the agent or the file system, when all of it was tried
   */
  async remove(chat: ChatRef, threadIds: readonly string[]): Promise<void> {
    this.gateway.unbind(chat.chatId, threadIds);
    try {
      // First: a process would make the folder anew.
      await this.agents.deleteThreads(threadIds, chat);
    } finally {
      await removeFolder(this.directories.sessionOf(chat.userId, chat.chatId));
    }
  }

  /**
   * Has what was said summed up, since codex would send all of it again. One that comes to nothing is told and not tried
   * again: the turn may still have room, as what alone was too long is left out.
   */
  private async compact(
    thread: AgentThread,
    { turn }: NextTurn,
    { wait, writes, events }: { wait: PoolWait; writes: readonly Write<unknown>[]; events: EventDraft[] },
  ): Promise<readonly Write<unknown>[]> {
    events.push(compactedAfterRefusal(turn, false));
    const terms = { signal: wait.signal, timeoutMs: COMPACTION_DEADLINE_MS };
    const succeeded = await thread.compact(terms).catch((error: unknown) => {
      if (!(error instanceof AgentRefusedError)) throw error;
      this.logger.warn({ err: error, chatId: turn.chatId }, 'codex refused to sum up a chat');
      return false;
    });
    wait.signal.throwIfAborted();
    if (!succeeded) return writes;
    events.splice(0, 1, compactedAfterRefusal(turn, true));
    // Now: the newest turn that codex has is the summary, which has none of the messages that the turns before had.
    return this.history.storeNow(turn.chatId, writes);
  }

  /** @throws RequiredMcpServerError, and what AgentPool.open throws */
  private async opened(chat: ChatEntity, request: ThreadRequest): Promise<AgentThread> {
    try {
      return await this.agents.open(request);
    } catch (error) {
      if (!(error instanceof RequiredServersError)) throw error;
      const reasons = error.names.map(
        (name) => this.mcp.failureOf(chat.id, name) ?? `The MCP server "${name}" failed.`,
      );
      throw new RequiredMcpServerError(`${reasons.join(' ')} Chats cannot do without it here.`);
    }
  }

  /** A thread that takes no history can still answer; what it lacks is offered again before the next turn. */
  private async restoreHistory(
    thread: AgentThread,
    { turn, unsynced }: NextTurn,
    rows: readonly Write<unknown>[],
    signal: AbortSignal,
  ): Promise<readonly Write<unknown>[]> {
    try {
      return await this.history.restore(thread, turn, { unsynced, rows, signal });
    } catch (error) {
      if (!(error instanceof AgentRefusedError)) throw error;
      this.logger.warn({ err: error, chatId: turn.chatId }, 'codex refused the history of a chat');
      return rows;
    }
  }
}

/** What keeps the thread with its chat; nothing where it is kept. */
function rowsOf({ codexThreadId, id: chatId, userId, backend, model }: ChatEntity, threadId: string): Write<unknown>[] {
  if (codexThreadId === threadId) return [];
  const at = now();
  const times = { createdAt: at, updatedAt: at };
  return [
    update(ChatEntity, { id: chatId }, { codexThreadId: threadId }),
    insert(LlmSession, { id: newId(), userId, chatId, codexThreadId: threadId, backend, model, ...times }),
  ];
}

/** Whether a turn since the thread was last opened has ended because the context was full. */
const hadNoRoom = ({ unsynced }: NextTurn): boolean =>
  unsynced.some(({ errorCode }) => errorCode === 'context_length_exceeded');

const leftOut = ({ id: turnId }: TurnEntity, { settingsFault }: AgentThread): EventDraft[] => {
  if (settingsFault === undefined) return [];
  return [warning(turnId, `The workspace's settings in ".codex", and its AGENTS.md, are left out: ${settingsFault}`)];
};

const hasCompacted = (events: readonly EventDraft[]): boolean =>
  events.some(({ type }) => type === 'context.compacted');

/** The process was lost, or did not answer, before the turn has begun. */
const isLost = (error: unknown): boolean => error instanceof InstanceLostError || error instanceof AgentUnansweredError;
