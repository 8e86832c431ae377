import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { McpConfig } from '../../config/mcp.config';
import type { McpServer } from '../catalog/mcp-server';
import { McpCredentials } from '../mcp-credentials';
import { HostGuard } from '../net/host-guard';
import { ServerStates } from '../server-states';
import { ServerSandbox } from '../stdio/server-sandbox';
import { StdioPlaces } from '../stdio/stdio-places';
import { StdioUpstream } from '../stdio/stdio-upstream';
import { HttpUpstream } from './http-upstream';
import { McpFailure } from './json-rpc';
import type { McpCaller } from './mcp-caller';
import { LinkPorts, sentenceOf, ServerLink } from './server-link';
import type { Upstream } from './upstream';

/** Makes the ways from chats to servers. */
@Injectable()
export class LinkFactory {
  private readonly calls: RateLimiterMemory;

  constructor(
    config: McpConfig,
    private readonly guard: HostGuard,
    private readonly credentials: McpCredentials,
    private readonly sandbox: ServerSandbox,
    private readonly places: StdioPlaces,
    private readonly states: ServerStates,
  ) {
    this.calls = new RateLimiterMemory({ points: config.callsPerMinute, duration: 60 });
  }

  link(server: McpServer, caller: McpCaller): ServerLink {
    const ports: LinkPorts = {
      onState: (state) => this.states.note(caller, server, state),
      admitCall: () => this.admitCall(caller),
    };
    return new ServerLink(server, this.upstreamOf(server, caller), ports);
  }

  private upstreamOf(server: McpServer, caller: McpCaller): Upstream {
    const { transport } = server;
    if (transport.kind === 'http') {
      const bearer = this.credentials.bearerOf(server, caller.authorId);
      return new HttpUpstream(new URL(transport.url), server.scope, this.guard, bearer);
    }
    const { workspace, mayWrite } = caller;
    return new StdioUpstream(
      () => this.sandbox.startOf(transport, workspace, mayWrite),
      this.places,
      (failure) => this.states.note(caller, server, { status: 'failed', failure: sentenceOf(server, failure) }),
    );
  }

  private async admitCall({ authorId }: McpCaller): Promise<void> {
    try {
      await this.calls.consume(authorId);
    } catch {
      throw new McpFailure('limit', 'was called too often within a minute (MCP_CALLS_PER_MINUTE)');
    }
  }
}
