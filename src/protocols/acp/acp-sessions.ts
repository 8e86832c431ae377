import type { AgentContext, SessionUpdate } from '@agentclientprotocol/sdk';
import type { Principal } from '../../auth/principal';
import type { ChatStateDto, TurnStateDto } from '../../chat/dto/chat-state.dto';
import { conflict } from '../../common/domain.error';
import type { AcpServices } from './acp-services';
import { FollowedChat } from './followed-chat';
import { COMMANDS } from './slash-commands';

/** Chats that one client may have open. */
const MAX_OPEN = 50;
const PAGE = 50;
/** Turns of its history that a client is told, the newest ones. */
export const MAX_REPLAYED = 500;

interface OpenedBy {
  readonly user: Principal;
  readonly services: AcpServices;
  readonly closed: AbortSignal;
}

/** The chats that a client has open on one connection. */
export class AcpSessions {
  private readonly open = new Map<string, FollowedChat>();
  /** Chats whose prompts are to plan. */
  readonly planning = new Set<string>();

  private client: AgentContext | undefined;

  constructor(private readonly by: OpenedBy) {}

  /** Whether the client is gone. */
  get isClosed(): boolean {
    return this.by.closed.aborted;
  }

  /** To be called before anything is opened. */
  attach(client: AgentContext): void {
    this.client = client;
  }

  /** One that was just made. The client is told more once it has the answer. */
  begin(chatId: string): void {
    this.add(chatId, 0, []);
  }

  /** Tells all that the chat holds, and goes on with what comes. @returns the chat. @throws DomainError `chat_not_found` */
  async load(chatId: string): Promise<ChatStateDto> {
    const { state, turns } = await this.read(chatId, MAX_REPLAYED);
    const chat = this.replaced(chatId);
    for (const turn of turns) await chat.tell(chat.updates.ofTurn(turn));
    this.start(chat, state);
    return state;
  }

  /** Goes on with what comes, without what was. @throws DomainError `chat_not_found` */
  async resume(chatId: string): Promise<ChatStateDto> {
    const { state, turns } = await this.read(chatId, 1);
    const chat = this.replaced(chatId);
    // So that of what is being said only the rest is told.
    for (const turn of turns) chat.updates.ofTurn(turn);
    this.start(chat, state);
    return state;
  }

  /** One that is open, or is opened by being named. @throws DomainError `chat_not_found` */
  async named(chatId: string): Promise<FollowedChat> {
    const chat = this.open.get(chatId);
    if (chat !== undefined && !chat.isOver) return chat;
    const { seq, approvals } = await this.by.services.reads.state(this.by.user, chatId, { turns: 1 });
    return this.add(chatId, seq, approvals);
  }

  close(chatId: string): void {
    this.open.get(chatId)?.stop();
    this.open.delete(chatId);
    this.planning.delete(chatId);
  }

  private add(chatId: string, after: number, approvals: ChatStateDto['approvals']): FollowedChat {
    const open = this.open.get(chatId);
    if (open !== undefined && !open.isOver) return open;
    const chat = this.replaced(chatId);
    this.start(chat, { seq: after, approvals });
    return chat;
  }

  private replaced(chatId: string): FollowedChat {
    this.open.get(chatId)?.stop();
    for (const [id, { isOver }] of this.open) if (isOver) this.open.delete(id);
    if (this.open.size >= MAX_OPEN) throw TOO_MANY;
    const { client } = this;
    if (client === undefined) throw new Error('the connection has no client yet');
    const { user, services, closed } = this.by;
    const chat = new FollowedChat(chatId, { user, client, closed, conversations: services.conversations });
    this.open.set(chatId, chat);
    return chat;
  }

  /** Behind the answer to what has opened it: clients know no session before that. */
  private start(chat: FollowedChat, { seq, approvals }: Pick<ChatStateDto, 'seq' | 'approvals'>): void {
    setImmediate(() => {
      if (chat.isOver) return;
      chat.tell([AVAILABLE]).catch(() => undefined);
      chat.start(seq, approvals);
    });
  }

  private async read(chatId: string, count: number): Promise<{ state: ChatStateDto; turns: TurnStateDto[] }> {
    const { user, services } = this.by;
    const state = await services.reads.state(user, chatId, { turns: Math.min(count, PAGE) });
    const pages = [state.turns];
    let left = count - state.turns.length;
    for (let before = state.previousCursor; before !== null && left > 0;) {
      const page = await services.reads.state(user, chatId, { turns: Math.min(left, PAGE), before });
      pages.unshift(page.turns);
      left -= page.turns.length;
      before = page.turns.length === 0 ? null : page.previousCursor;
    }
    return { state, turns: pages.flat() };
  }
}

const AVAILABLE: SessionUpdate = { sessionUpdate: 'available_commands_update', availableCommands: COMMANDS };
const TOO_MANY = conflict(
  'too_many_sessions',
  `At most ${MAX_OPEN} sessions may be open on one connection; close one.`,
);
