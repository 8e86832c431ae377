import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import type { Request } from 'express';
import { Authorized } from '../auth/authorized.decorator';
import { BrowserSignIn } from '../auth/browser-sign-in';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { notFound } from '../common/domain.error';
import { Optional } from '../common/optional.decorator';
import { McpCatalog } from './mcp-catalog';
import { McpServerRows } from './mcp-server-rows';
import {
  CreateMcpServerDto,
  McpAuthorizationDto,
  McpServerCheckDto,
  McpServerDto,
  McpServersDto,
  UpdateMcpServerDto,
} from './mcp-server.dto';
import { McpSignIn } from './oauth/mcp-sign-in';
import { ServerCheck } from './proxy/server-check';
import { knownState, NOT_STARTED } from './server-states';

class McpServersQueryDto {
  /** Whose servers to list, too. */
  @Optional()
  @IsUUID()
  projectId?: string;
}

const CALLBACK = 'callback';

/** MCP servers, whose tools the agents of chats may call. */
@ApiTags('mcp')
@Controller('api/v1/mcp-servers')
export class McpServersController {
  constructor(
    private readonly catalog: McpCatalog,
    private readonly rows: McpServerRows,
    private readonly signIn: McpSignIn,
    private readonly browsers: BrowserSignIn,
    private readonly checks: ServerCheck,
  ) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List the MCP servers: the operator’s, your own, and those of a project' })
  @ApiOkResponse({ type: McpServersDto })
  @ApiProblems({ 400: ['validation_failed'], 404: ['project_not_found'] })
  list(@CurrentUser() user: User, @Query() { projectId }: McpServersQueryDto): Promise<McpServersDto> {
    return this.catalog.list(user, projectId);
  }

  @Authorized('chat:write')
  @Post()
  @ApiOperation({
    summary: 'Add an MCP server of your own, or of a project that you own',
    description: 'Over streamable HTTP, on a host of `MCP_ALLOWED_HOSTS`, and not in the operator’s own network.',
  })
  @ApiCreatedResponse({ type: McpServerDto })
  @ApiBodyProblems({
    ...{ 400: ['validation_failed'], 403: ['read_only'], 404: ['project_not_found'] },
    ...{ 409: ['mcp_server_exists', 'too_many_mcp_servers', 'encryption_key_missing'], 422: ['mcp_host_not_allowed'] },
    503: ['storage_unavailable'],
  })
  async create(@CurrentUser() user: User, @Body() input: CreateMcpServerDto): Promise<McpServerDto> {
    return this.catalog.view(user, await this.rows.create(user, input));
  }

  @Authorized('chat:write')
  @Get(CALLBACK)
  @ApiOperation({
    summary: 'Where a browser comes back to from the page where you have signed in to an MCP server',
    description: 'Must be the browser of the user who has begun it at `POST /api/v1/mcp-servers/{id}/authorize`.',
  })
  @ApiProduces('text/plain')
  @ApiQuery({ name: 'state', required: false })
  @ApiQuery({ name: 'code', required: false })
  @ApiOkResponse({ type: String })
  @ApiProblems({ 400: ['mcp_sign_in_unknown'], 502: ['mcp_sign_in_failed'] })
  async callback(@CurrentUser() user: User, @Req() request: Request): Promise<string> {
    const query = new URLSearchParams(request.originalUrl.split('?')[1] ?? '');
    const { name } = await this.signIn.complete(user, query);
    return `You are signed in to ${name}. You can close this page.\n`;
  }

  @Authorized('chat:read')
  @Get(':id')
  @ApiOperation({ summary: 'Read an MCP server' })
  @ApiOkResponse({ type: McpServerDto })
  @ApiProblems({ 404: ['mcp_server_not_found'] })
  get(@CurrentUser() user: User, @Param('id') id: string): Promise<McpServerDto> {
    return this.catalog.get(user, id);
  }

  @Authorized('chat:write')
  @Patch(':id')
  @ApiOperation({
    summary: 'Change an MCP server',
    description: 'What is left out stays, but for its token and all sign-ins where its address is another one.',
  })
  @ApiOkResponse({ type: McpServerDto })
  @ApiBodyProblems({
    ...{ 400: ['validation_failed'], 403: ['read_only'], 404: ['mcp_server_not_found'] },
    ...{ 409: ['encryption_key_missing'], 422: ['mcp_host_not_allowed'], 503: ['storage_unavailable'] },
  })
  async update(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Body() change: UpdateMcpServerDto,
  ): Promise<McpServerDto> {
    return this.catalog.view(user, await this.rows.update(user, id, change));
  }

  @Authorized('chat:write')
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove an MCP server, with all sign-ins to it' })
  @ApiNoContentResponse()
  @ApiChangeProblems({ 403: ['read_only'], 404: ['mcp_server_not_found'], 503: ['storage_unavailable'] })
  delete(@CurrentUser() user: User, @Param('id') id: string): Promise<void> {
    return this.rows.delete(user, id);
  }

  @Authorized('chat:write')
  @Post(':id/check')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Ask an MCP server for its tools, as you',
    description:
      'Shows whether it lets you in. One over stdio runs only in chats: `not_started`. Takes 30 seconds at most, and counts to `MCP_CALLS_PER_MINUTE`.',
  })
  @ApiOkResponse({ type: McpServerCheckDto })
  @ApiChangeProblems({ 403: ['read_only'], 404: ['mcp_server_not_found'] })
  async check(@CurrentUser() user: User, @Param('id') id: string): Promise<McpServerCheckDto> {
    const state = await this.checks.stateFor(user.id, await this.catalog.server(user, id, 'write'));
    return state === undefined ? NOT_STARTED : knownState(state, NOT_STARTED);
  }

  @Authorized('chat:write')
  @Post(':id/authorize')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Begin to sign in to an MCP server',
    description:
      'Answers with the page to sign in at. The service keeps what comes of it, encrypted; no agent ever sees it.',
  })
  @ApiOkResponse({ type: McpAuthorizationDto })
  @ApiChangeProblems({
    ...{ 404: ['mcp_server_not_found'], 409: ['mcp_server_takes_no_sign_in', 'encryption_key_missing'] },
    ...{ 422: ['mcp_host_not_allowed'], 502: ['mcp_sign_in_failed'] },
  })
  async authorize(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Req() request: Request,
  ): Promise<McpAuthorizationDto> {
    const server = await this.catalog.server(user, id);
    return this.signIn.begin(user, server, `${this.browsers.baseOf(request)}/api/v1/mcp-servers/${CALLBACK}`);
  }

  @Authorized('chat:write')
  @Delete(':id/authorization')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Sign out of an MCP server',
    description: 'The tokens are revoked there, too, where that can be.',
  })
  @ApiNoContentResponse()
  @ApiChangeProblems({
    ...{ 404: ['mcp_server_not_found', 'mcp_sign_in_not_found'], 409: ['mcp_server_takes_no_sign_in'] },
    503: ['storage_unavailable'],
  })
  async signOut(@CurrentUser() user: User, @Param('id') id: string): Promise<void> {
    const server = await this.catalog.server(user, id);
    if (!(await this.signIn.revoke(user, server))) throw notFound('mcp sign in', id);
  }
}
