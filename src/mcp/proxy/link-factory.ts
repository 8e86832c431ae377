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
import { LinkPorts, type LinkState, sentenceOf, ServerLink } from './server-link';
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
      admitCall: () => this.admitCall(caller.authorId),
    };
    return new ServerLink(server, this.upstreamOf(server, caller), ports);
  }

  /** The way of one user to a server outside of chats; undefined where it runs in a chat's sandbox. */
  probe(server: McpServer, userId: string, onState: (state: LinkState) => void): ServerLink | undefined {
    const { transport } = server;
    if (transport.kind !== 'http') return undefined;
    const ports: LinkPorts = { onState, admitCall: () => this.admitCall(userId) };
    return new ServerLink(server, this.httpUpstream(transport.url, server, userId), ports);
  }

  /** Counts a call of a user. @throws McpFailure `limit` */
  async admitCall(userId: string): Promise<void> {
    try {
      await this.calls.consume(userId);
    } catch {
      throw new McpFailure('limit', 'was called too often within a minute (MCP_CALLS_PER_MINUTE)');
    }
  }

  private httpUpstream(url: string, server: McpServer, userId: string): Upstream {
    return new HttpUpstream(new URL(url), server.scope, this.guard, this.credentials.bearerOf(server, userId));
  }

  private upstreamOf(server: McpServer, caller: McpCaller): Upstream {
    const { transport } = server;
    if (transport.kind === 'http') return this.httpUpstream(transport.url, server, caller.authorId);
    const { workspace, mayWrite } = caller;
    return new StdioUpstream(
      () => this.sandbox.startOf(transport, workspace, mayWrite),
      this.places,
      (failure) => this.states.note(caller, server, { status: 'failed', failure: sentenceOf(server, failure) }),
    );
  }
}
