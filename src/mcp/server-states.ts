import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../common/bounded-map';
import { ComponentLogger, Logger } from '../common/logger';
import type { McpServerUpdatedData } from '../chat/dto/mcp-server-state.dto';
import { EventLog } from '../chat/event-log/event-log';
import type { McpServer } from './catalog/mcp-server';
import type { McpCaller } from './proxy/mcp-caller';
import type { LinkState } from './proxy/server-link';

const MAX_STATES = 50_000;

/** How a server did when a chat last asked it. */
export type KnownState = Pick<McpServerUpdatedData, 'status' | 'tools' | 'leftOut' | 'failure'>;

export const NOT_STARTED: KnownState = { status: 'not_started', tools: [], leftOut: [], failure: null };

/** How the servers of chats do, as their calls show it; what changes is told in the chat's log. */
@Injectable()
export class ServerStates {
  private readonly states = new BoundedMap<string, KnownState>(MAX_STATES);
  /** When a server failed in a chat, on the monotonic clock. */
  private readonly failedAt = new BoundedMap<string, number>(MAX_STATES);
  /** Why, by its name. */
  private readonly failures = new BoundedMap<string, string>(MAX_STATES);
  private readonly logger: ComponentLogger;

  constructor(
    private readonly log: EventLog,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'mcp' });
  }

  of(chatId: string, serverId: string): KnownState {
    return this.states.get(keyOf(chatId, serverId)) ?? NOT_STARTED;
  }

  /** Whether it failed in the chat when it was asked last, and that was so long ago. */
  failedBefore(chatId: string, serverId: string, ageMs: number): boolean {
    const at = this.failedAt.get(keyOf(chatId, serverId));
    return at !== undefined && performance.now() - at >= ageMs;
  }

  /** Why a server of this name failed in the chat last. */
  failureOf(chatId: string, name: string): string | undefined {
    return this.failures.get(keyOf(chatId, name));
  }

  /** Tells of it when it is another than before. */
  note({ chatId, ownerId }: McpCaller, server: McpServer, state: LinkState): void {
    const known = knownState(state, this.of(chatId, server.id));
    const key = keyOf(chatId, server.id);
    if (state.status === 'failed') this.failedAt.set(key, performance.now());
    else this.failedAt.delete(key);
    if (known.failure !== null) this.failures.set(keyOf(chatId, server.name), known.failure);
    if (JSON.stringify(this.states.get(key)) === JSON.stringify(known)) return;
    this.states.set(key, known);
    const data = { id: server.id, name: server.name, scope: server.scope, ...known };
    const events = [{ type: 'mcp_server.updated', turnId: null, data } as const];
    this.log.append({ chatId, userId: ownerId }, { events }, 'retry').catch((error: unknown) => {
      // The chat may have been deleted meanwhile.
      this.logger.warn({ err: error, chatId }, 'the state of an MCP server could not be recorded');
    });
  }
}

/** @param before of one that fails now: what it had is still told */
export const knownState = (state: LinkState, before: KnownState): KnownState =>
  state.status === 'ready'
    ? { status: 'ready', tools: [...state.tools], leftOut: [...state.leftOut], failure: null }
    : { ...before, status: state.status, failure: state.failure };

const keyOf = (chatId: string, serverId: string): string => `${chatId} ${serverId}`;
