import { BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { type AuthInfo, createMcpHandler, McpServer, type ServerContext } from '@modelcontextprotocol/server';
import type { CallToolResult, McpRequestContext } from '@modelcontextprotocol/server';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { requirePermission } from '../../auth/permission';
import type { Principal } from '../../auth/principal';
import { DomainError } from '../../common/domain.error';
import { ComponentLogger, Logger } from '../../common/logger';
import { serviceVersion } from '../../common/service-version';
import { McpTools } from './mcp-tools';
import { ProgressNotes } from './progress-notes';
import { RunningCalls } from './running-calls';
import { INSTRUCTIONS, TOOL_NAMES, TOOLS } from './tool-definitions';
import { refusalOf } from './tool-results';
import { INPUT, OUTPUT, type ToolInput, type ToolName } from './tool-schemas';

const SERVER = { name: 'codex-relay', title: 'codex-relay', version: serviceVersion };
/** Of all callers: nothing is ever told on them, as the tools are always the same. */
const MAX_SUBSCRIPTIONS = 200;
const KEEP_ALIVE_MS = 15_000;

/**
 * Answers MCP over HTTP: the revision 2026-07-28, and those of 2025 and 2024 as far as they go without sessions. Each request has
 * a server of its own, so that nothing is kept between two.
 */
@Injectable()
export class McpHandler implements BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  private readonly handler = createMcpHandler((context) => this.serverFor(context), {
    ...{ maxSubscriptions: MAX_SUBSCRIPTIONS, keepAliveMs: KEEP_ALIVE_MS },
    // What callers do wrong they are told.
    onerror: (error) => this.logger.debug({ err: error }, 'an MCP request was refused'),
  });
  private readonly answer = toNodeHandler(this.handler, {
    onerror: (error) => this.logger.error({ err: error }, 'an MCP request failed'),
  });

  constructor(
    private readonly tools: McpTools,
    private readonly running: RunningCalls,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'mcp-server' });
  }

  /** @param request whose body is read already */
  async handle(user: Principal, request: Request, response: Response): Promise<void> {
    const auth: AuthInfo = { token: '', clientId: user.id, scopes: [], extra: { principal: user } };
    await this.answer(Object.assign(request, { auth }), response, request.body);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.handler.close();
  }

  private serverFor({ authInfo, requestInfo, era }: McpRequestContext): McpServer {
    const user = principalIn(authInfo);
    const server = new McpServer(SERVER, {
      instructions: INSTRUCTIONS,
      capabilities: { tools: { listChanged: false } },
    });
    const session = era === 'legacy' ? (requestInfo?.headers.get(SESSION_HEADER) ?? '') : undefined;
    for (const name of TOOL_NAMES) this.register(server, name, { user, session });
    return server;
  }

  private register<N extends ToolName>(server: McpServer, name: N, caller: Caller): void {
    const { title, description, annotations } = TOOLS[name];
    const inputSchema: z.ZodType = INPUT[name];
    const outputSchema: z.ZodType = OUTPUT[name];
    server.registerTool(name, { title, description, annotations, inputSchema, outputSchema }, (input, context) =>
      // The server has read it by the schema of this name.
      this.call(name, caller, input as ToolInput<N>, context),
    );
  }

  private async call<N extends ToolName>(
    name: N,
    { user, session }: Caller,
    input: ToolInput<N>,
    { mcpReq }: ServerContext,
  ): Promise<CallToolResult> {
    const { progressToken } = mcpReq._meta ?? {};
    const notes = new ProgressNotes(async (progress, message) => {
      if (progressToken === undefined) return;
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, message } });
    });
    const cancelled = session === undefined ? undefined : this.running.open({ user, session, requestId: mcpReq.id });
    try {
      requirePermission(user, TOOLS[name].permission);
      const signal = cancelled ? AbortSignal.any([mcpReq.signal, cancelled.signal]) : mcpReq.signal;
      return await this.tools.handlers[name]({ user, signal, tell: (progress) => notes.tell(progress) }, input);
    } catch (error) {
      if (error instanceof DomainError) return refusalOf(error);
      this.logger.error({ err: error, tool: name }, 'a call of an MCP tool failed');
      return refusalOf(INTERNAL);
    } finally {
      cancelled?.close();
      notes.stop();
    }
  }
}

/** Which session a client of the older revisions names: it is given one so that its requests can be told from others'. */
export const SESSION_HEADER = 'mcp-session-id';

interface Caller {
  readonly user: Principal;
  /** Undefined for revisions that have no sessions. */
  readonly session: string | undefined;
}

function principalIn(auth: AuthInfo | undefined): Principal {
  const principal = auth?.extra?.principal;
  if (principal === undefined) throw new Error('an MCP request came without its caller');
  return principal as Principal;
}

const INTERNAL = new DomainError(500, 'internal_error', 'Something went wrong on the server; its log says what.');
