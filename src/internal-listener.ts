import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecuredResponse } from './common/security-headers';
import { InstanceEndpoint } from './gateway/responses-api/instance-endpoint';
import { McpEndpoint } from './mcp/proxy/mcp-endpoint';
import { ModelEndpoint } from './runtime/model-endpoint';

/** Longer than codex keeps an idle connection, so that it never sends on one that is being closed. */
const KEEP_ALIVE_MS = 120_000;

/** Where codex reaches the gateway, whatever the service's own address is: a port of its own on loopback. */
@Injectable()
export class InternalListener {
  private server: Server | undefined;

  constructor(
    private readonly http: HttpAdapterHost,
    private readonly instances: InstanceEndpoint,
    private readonly mcp: McpEndpoint,
    private readonly endpoint: ModelEndpoint,
  ) {}

  /** Binds a free port. @throws Error of the system when there is none. */
  async open(): Promise<void> {
    const others = this.http.httpAdapter.getInstance<RequestListener>();
    const options = { keepAliveTimeout: KEEP_ALIVE_MS, ServerResponse: SecuredResponse };
    const server = createServer(options, this.instances.listener(this.mcp.listener(others)));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    this.server = server;
    this.endpoint.open((server.address() as AddressInfo).port);
  }

  /** Ends its connections, too. */
  close(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}
