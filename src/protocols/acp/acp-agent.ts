import { agent, type AgentApp, methods, PROTOCOL_VERSION } from '@agentclientprotocol/sdk';
import type { LoadSessionRequest, PromptRequest, PromptResponse, SessionModeState } from '@agentclientprotocol/sdk';
import { requirePermission } from '../../auth/permission';
import type { Principal } from '../../auth/principal';
import type { ChatDto } from '../../chat/dto/chat.dto';
import type { TurnDto } from '../../chat/dto/turn.dto';
import type { AcceptedMessage } from '../../chat/message-intake';
import { DomainError, invalid } from '../../common/domain.error';
import { newId } from '../../common/ids';
import { serviceVersion } from '../../common/service-version';
import { requestErrorOf } from './acp-faults';
import type { AcpServices } from './acp-services';
import type { AcpSessions } from './acp-sessions';
import { contentOf } from './prompt-content';
import { modesOf, PLAN, sandboxModeIn } from './session-modes';
import { commandIn } from './slash-commands';
import { WORKSPACE } from './tool-calls';

const SESSIONS_PAGE = 50;
/** Where files of the client's are, the agent does not see. */
const META = {
  'codex-relay': {
    workspace: WORKSPACE,
    note: 'The agent works in a workspace of its own on the service; cwd is not used.',
  },
};

/** What one client may ask for, on one connection. */
export class AcpAgent {
  constructor(
    private readonly user: Principal,
    private readonly sessions: AcpSessions,
    private readonly services: AcpServices,
  ) {}

  get app(): AgentApp {
    const { session, initialize, authenticate } = methods.agent;
    return (
      agent({ name: 'codex-relay' })
        .onRequest(initialize, () => INITIALIZED)
        // Who calls was said with the connection.
        .onRequest(authenticate, () => ({}))
        .onRequest(session.new, () => refused(() => this.create()))
        .onRequest(session.load, ({ params }) => refused(() => this.load(params)))
        .onRequest(session.resume, ({ params }) => refused(() => this.resume(params.sessionId)))
        .onRequest(session.close, ({ params }) => {
          this.sessions.close(params.sessionId);
          return {};
        })
        .onRequest(session.list, ({ params }) => refused(() => this.list(params)))
        .onRequest(session.setMode, ({ params }) => refused(() => this.setMode(params)))
        .onRequest(session.prompt, ({ params, signal }) => refused(() => this.prompt(params, signal)))
        .onNotification(session.cancel, ({ params }) => refused(() => this.cancel(params.sessionId)))
    );
  }

  private async create() {
    requirePermission(this.user, 'chat:write');
    const chat = await this.services.conversations.create(this.user, {});
    this.sessions.begin(chat.id);
    return { sessionId: chat.id, modes: this.modesOf(chat), _meta: META };
  }

  private async load({ sessionId }: Pick<LoadSessionRequest, 'sessionId'>) {
    const { chat } = await this.sessions.load(sessionId);
    return { modes: this.modesOf(chat), _meta: META };
  }

  private async resume(sessionId: string) {
    const { chat } = await this.sessions.resume(sessionId);
    return { modes: this.modesOf(chat), _meta: META };
  }

  private async list({ cursor, cwd }: { cursor?: string | null; cwd?: string | null }) {
    const query = { limit: SESSIONS_PAGE, sort: 'activity' as const, archived: false, cursor: cursor ?? undefined };
    const { data, nextCursor } = await this.services.reads.list(this.user, query);
    // A client that lists the sessions of a folder of its own is shown all: they are of none.
    const sessions = data.map(({ id, title, updatedAt }) => ({
      sessionId: id,
      cwd: cwd ?? WORKSPACE,
      title,
      updatedAt,
    }));
    return { sessions, nextCursor };
  }

  private async setMode({ sessionId, modeId }: { sessionId: string; modeId: string }) {
    requirePermission(this.user, 'chat:write');
    const { conversations, chats } = this.services;
    const isPlanning = modeId === PLAN;
    const sandboxMode = sandboxModeIn(modeId);
    if (!isPlanning && sandboxMode === undefined) throw invalid('unknown_mode', `There is no mode "${modeId}".`);
    const chat = await this.sessions.named(sessionId);
    if (sandboxMode !== undefined && (await conversations.find(this.user, sessionId)).sandboxMode !== sandboxMode) {
      await chats.update(this.user, sessionId, { sandboxMode });
    }
    if (isPlanning) this.sessions.planning.add(sessionId);
    else this.sessions.planning.delete(sessionId);
    await chat.tell([{ sessionUpdate: 'current_mode_update', currentModeId: modeId }]);
    return {};
  }

  private async prompt({ sessionId, prompt }: PromptRequest, signal: AbortSignal): Promise<PromptResponse> {
    requirePermission(this.user, 'chat:write');
    const chat = await this.sessions.named(sessionId);
    const content = contentOf(prompt);
    const clientMessageId = newId();
    chat.own.add(clientMessageId);
    // A request that is withdrawn is a turn that is stopped; a connection that is lost is none.
    const stop = (): void => {
      if (!this.sessions.isClosed) void this.cancel(sessionId).catch(() => undefined);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      const { turnId } = await this.accepted(sessionId, content, clientMessageId);
      return { stopReason: stopReasonOf(await chat.turnEnd(turnId)) };
    } finally {
      signal.removeEventListener('abort', stop);
      chat.own.delete(clientMessageId);
    }
  }

  private accepted(
    chatId: string,
    content: ReturnType<typeof contentOf>,
    clientMessageId: string,
  ): Promise<AcceptedMessage> {
    const { conversations, commands } = this.services;
    const [first, ...others] = content;
    const command = first?.type === 'text' && others.length === 0 ? commandIn(first.text) : undefined;
    if (command?.name === 'compact') return commands.compact(this.user, chatId, { clientMessageId });
    if (command?.name === 'review') {
      const { instructions } = command;
      const review =
        instructions === '' ? { target: 'uncommitted' as const } : { target: 'custom' as const, instructions };
      return commands.review(this.user, chatId, { ...review, clientMessageId });
    }
    const mode = this.sessions.planning.has(chatId) ? ('plan' as const) : undefined;
    return conversations.send(this.user, chatId, { content, clientMessageId, mode });
  }

  private async cancel(sessionId: string): Promise<void> {
    requirePermission(this.user, 'chat:write');
    await this.services.conversations.interrupt(this.user, sessionId);
  }

  private modesOf(chat: ChatDto): SessionModeState {
    return modesOf(chat, this.sessions.planning.has(chat.id));
  }
}

const INITIALIZED = {
  // The one that it speaks: a client that does not, ends the connection.
  protocolVersion: PROTOCOL_VERSION,
  agentInfo: { name: 'codex-relay', title: 'codex-relay', version: serviceVersion },
  agentCapabilities: {
    loadSession: true,
    promptCapabilities: { image: true, audio: false, embeddedContext: true },
    mcpCapabilities: { http: false, sse: false },
    sessionCapabilities: { list: {}, resume: {}, close: {} },
  },
  authMethods: [],
  _meta: META,
};

/** @throws RequestError for a turn that has failed */
export function stopReasonOf({
  id,
  status,
  error,
}: Pick<TurnDto, 'id' | 'status' | 'error'>): PromptResponse['stopReason'] {
  if (status === 'completed') return 'end_turn';
  if (status === 'interrupted') return 'cancelled';
  if (error?.code === 'context_length_exceeded') return 'max_tokens';
  if (error?.code === 'content_filter') return 'refusal';
  throw requestErrorOf({
    status: 500,
    code: error?.code ?? 'turn_failed',
    detail: error?.message ?? `Turn ${id} has failed.`,
  });
}

/** @throws RequestError for what is refused */
async function refused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DomainError ? requestErrorOf(error) : error;
  }
}
