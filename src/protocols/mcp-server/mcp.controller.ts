import { Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { Principal } from '../../auth/principal';
import { PrincipalWatch } from '../../auth/principal-watch';
import { ApiBodyProblems } from '../../common/api-problems.decorator';
import { newId } from '../../common/ids';
import { hangUpSignal } from '../../common/sse-stream';
import { StreamLimits } from '../../common/stream-limits';
import { OfContract } from '../../contracts/contract.decorator';
import { McpHandler, SESSION_HEADER } from './mcp-handler';
import { RunningCalls } from './running-calls';

const MESSAGE = {
  type: 'object',
  additionalProperties: true,
  example: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
};

/** What a message says of itself; of one that is none, nothing. */
interface Message {
  readonly method?: unknown;
  readonly params?: { readonly requestId?: unknown } | null;
}

/** MCP by its streamable HTTP. */
@ApiTags('mcp')
@OfContract('mcp')
@Controller('mcp')
export class McpController {
  constructor(
    private readonly handler: McpHandler,
    private readonly running: RunningCalls,
    private readonly streams: StreamLimits,
    private readonly watch: PrincipalWatch,
  ) {}

  @Authorized('chat:read')
  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Call the agent over the Model Context Protocol',
    description:
      'One JSON-RPC message; the answer is JSON, or an event stream with notes of progress before it. The revision 2026-07-28, and ' +
      'older ones without sessions. The tools and what they need are told by `tools/list`.',
  })
  @ApiBody({ schema: MESSAGE })
  @ApiOkResponse({ description: 'The answer.', content: { 'application/json': { schema: MESSAGE } } })
  @ApiBodyProblems({
    ...{ 400: ['malformed_json'], 404: ['contract_disabled'], 429: ['too_many_streams'] },
    503: ['too_many_streams'],
  })
  async call(@CurrentUser() user: Principal, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { method, params } = messageIn(request.body);
    if (method === 'tools/call' || method === 'subscriptions/listen') this.streams.openFor(request, response);
    // Sessions are not kept: it is a name by which requests of one client are known.
    if (method === 'initialize') response.setHeader(SESSION_HEADER, newId());
    if (method === 'notifications/cancelled') this.cancel(user, request, params?.requestId);
    response.setHeader('X-Accel-Buffering', 'no');
    const { signal, stop } = this.watch.signalFor(user, hangUpSignal(response));
    const end = (): unknown => response.destroy();
    signal.addEventListener('abort', end, { once: true });
    try {
      await this.handler.handle(user, request, response);
    } finally {
      signal.removeEventListener('abort', end);
      stop();
    }
  }

  /** There is no stream without a request. */
  @Authorized('chat:read')
  @Get()
  @ApiExcludeEndpoint()
  async stream(@CurrentUser() user: Principal, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.handler.handle(user, request, response);
  }

  /** There is no session to end. */
  @Authorized('chat:read')
  @Delete()
  @ApiExcludeEndpoint()
  async end(@CurrentUser() user: Principal, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.handler.handle(user, request, response);
  }

  private cancel(user: Principal, request: Request, requestId: unknown): void {
    if (typeof requestId !== 'string' && typeof requestId !== 'number') return;
    this.running.cancel({ user, session: request.get(SESSION_HEADER) ?? '', requestId });
  }
}

const messageIn = (body: unknown): Message => (typeof body === 'object' && body !== null ? body : {});
