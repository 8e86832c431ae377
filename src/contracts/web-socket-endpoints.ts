import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { Authenticator } from '../auth/authenticator';
import { requirePermission } from '../auth/permission';
import type { Principal } from '../auth/principal';
import { PrincipalWatch } from '../auth/principal-watch';
import { TrustedProxies } from '../common/client-address';
import { DomainError } from '../common/domain.error';
import { ComponentLogger, Logger } from '../common/logger';
import { openSockets } from '../common/metrics';
import { isAllowedOrigin } from '../common/origin-check';
import { problemOf } from '../common/problem.filter';
import { answerRaw } from '../common/raw-answer';
import { asRequest } from '../common/request-context';
import { StreamLimits } from '../common/stream-limits';
import { keepAlive } from '../common/websocket-heartbeat';
import { ContractConfig } from '../config/contract.config';
import { ServerConfig } from '../config/server.config';
import { contractDisabled } from './contract.guard';
import { MAX_FRAME_BYTES, WebSocketConnection } from './web-socket-connection';
import type { WebSocketEndpoint } from './web-socket-endpoint';

/** Closes what a caller holds open that may call no more, as RFC 6455, 7.4.2 leaves to applications. */
const SESSION_ENDED = 4401;
const GOING_AWAY = 1001;

/**
 * The WebSockets of contracts, on the service's own port. Who calls is said as in REST; a browser's page must come from this
 * service or from one of CORS_ORIGINS.
 */
@Injectable()
export class WebSocketEndpoints implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly endpoints: WebSocketEndpoint[] = [];
  private readonly sockets = new WebSocketServer({
    ...{ noServer: true, maxPayload: MAX_FRAME_BYTES, handleProtocols: (_offered, request) => this.chosen(request) },
  });
  private readonly logger: ComponentLogger;
  private readonly proxies: TrustedProxies;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly authenticator: Authenticator,
    private readonly streams: StreamLimits,
    private readonly watch: PrincipalWatch,
    private readonly server: ServerConfig,
    private readonly contracts: ContractConfig,
    logger: Logger,
  ) {
    this.proxies = new TrustedProxies(server.trustedProxies);
    this.logger = logger.child({ component: 'websocket' });
  }

  /** To be called when modules are made. */
  register(endpoint: WebSocketEndpoint): void {
    this.endpoints.push(endpoint);
  }

  /** Those that may be opened. */
  get available(): readonly WebSocketEndpoint[] {
    return this.endpoints.filter(({ contract }) => !this.contracts.disabled.includes(contract));
  }

  /** Whether a request for a WebSocket is for one of these. */
  takesUpgrade(request: IncomingMessage): boolean {
    return this.endpointOf(request) !== undefined;
  }

  onApplicationBootstrap(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const endpoint = this.endpointOf(request);
      if (endpoint === undefined) return;
      const address = this.proxies.addressOf(request);
      void asRequest(address, () => this.upgrade(endpoint, request, { socket, head, address }));
    });
  }

  /** Ends every connection; the HTTP server waits for them before it is closed. */
  beforeApplicationShutdown(): void {
    for (const socket of this.sockets.clients) {
      socket.close(GOING_AWAY, 'the service stops');
      setTimeout(() => socket.terminate(), TELL_MS).unref();
    }
  }

  private async upgrade(
    endpoint: WebSocketEndpoint,
    request: IncomingMessage,
    { socket, head, address }: { readonly socket: Socket; readonly head: Buffer; readonly address: string },
  ): Promise<void> {
    const ignore = (): void => undefined;
    socket.on('error', ignore);
    try {
      const user = await this.callerOf(endpoint, request);
      const open = await endpoint.admit({ user, request, path: pathOf(request), query: queryOf(request) });
      if (socket.destroyed) return;
      socket.once('close', this.streams.open(request));
      socket.off('error', ignore);
      this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
        openSockets.inc();
        keepAlive(webSocket, socket);
        const touch = this.watch.toucherFor(user);
        webSocket.on('message', touch);
        const stop = this.watch.watch(user, (code) => webSocket.close(SESSION_ENDED, code));
        webSocket.once('close', () => {
          openSockets.dec();
          stop();
        });
        open(new WebSocketConnection(webSocket, socket, address));
      });
    } catch (error) {
      this.refuse(socket, error);
    }
  }

  private async callerOf(endpoint: WebSocketEndpoint, request: IncomingMessage): Promise<Principal> {
    if (this.contracts.disabled.includes(endpoint.contract)) throw contractDisabled(endpoint.contract);
    const { headers } = request;
    if (headers.origin !== undefined && !isAllowedOrigin(headers, this.server)) throw FOREIGN_ORIGIN;
    const user = await this.authenticator.authenticate(request);
    requirePermission(user, endpoint.permission);
    return user;
  }

  /** The HTTP answer to an upgrade that is not made. */
  private refuse(socket: Socket, error: unknown): void {
    if (!(error instanceof DomainError)) this.logger.error({ err: error }, 'a WebSocket could not be admitted');
    const { headers, body } = problemOf(error instanceof DomainError ? error : INTERNAL);
    answerRaw(socket, body.status, { ...headers, 'x-request-id': body.requestId }, JSON.stringify(body));
  }

  private endpointOf(request: IncomingMessage): WebSocketEndpoint | undefined {
    const path = pathOf(request);
    return this.endpoints.find((endpoint) => endpoint.path.test(path));
  }

  private chosen(request: IncomingMessage): string | false {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    return offered.find((name) => this.endpointOf(request)?.subprotocols?.includes(name)) ?? false;
  }
}

const TELL_MS = 200;

const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? '';
const queryOf = ({ url = '' }: IncomingMessage): URLSearchParams =>
  new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');

const FOREIGN_ORIGIN = new DomainError(
  403,
  'origin_not_allowed',
  'Pages of this origin may not connect; the operator can add it to CORS_ORIGINS.',
);
const INTERNAL = new DomainError(500, 'internal_error', 'Something went wrong on the server; its log says what.');
