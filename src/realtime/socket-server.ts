import { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Server, ServerOptions } from 'socket.io';
import { AccessControl } from '../auth/access-control';
import { DomainError } from '../common/domain.error';
import { isAllowedOrigin } from '../common/origin-check';
import { problemOf } from '../common/problem.filter';
import { ServerConfig } from '../config/server.config';
import { SocketAdmission } from './socket-admission';

/** Above the largest message, so that one that is too large gets an answer rather than a closed connection. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
const PATH = '/socket.io/';
const METHODS = ['GET', 'POST', 'OPTIONS'];

const FOREIGN_ORIGIN = new DomainError(
  403,
  'origin_not_allowed',
  'Pages of this origin may not connect; the operator can add it to CORS_ORIGINS.',
);
const WRONG_METHOD = new DomainError(405, 'method_not_allowed', 'Socket.IO uses GET and POST.');

/**
 * Socket.IO on the service's own port. It answers beside the routes of the service, so who may come is asked here, too.
 *
 * Browsers let any page open a WebSocket to any address, so the origin is checked: the page must come from this service or
 * from one of CORS_ORIGINS. Who calls is said in the handshake of a namespace.
 */
export class SocketServer extends IoAdapter {
  private engine: Server['engine'] | undefined;

  constructor(
    private readonly app: INestApplicationContext,
    private readonly config: ServerConfig,
    private readonly access: AccessControl,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): ReturnType<IoAdapter['createIOServer']> {
    const settings = {
      ...options,
      cors: { origin: this.config.corsOrigins },
      serveClient: false,
      maxHttpBufferSize: MAX_FRAME_BYTES,
      // What is not Socket.IO's is somebody else's here, who may take their time to answer.
      destroyUpgrade: false,
    };
    const server = super.createIOServer(port, settings as ServerOptions);
    // The namespace `/`, which every client may join; each of ours asks for itself.
    server.use(this.app.get(SocketAdmission, { strict: false }).admit);
    server.engine.use((request: IncomingMessage, response: unknown, next: () => void) =>
      this.guard(request, response, next),
    );
    this.engine = server.engine;
    return server;
  }

  /** Whether a request for a WebSocket is one of Socket.IO's that will be opened; any other gets an answer of HTTP. */
  takesUpgrade(request: IncomingMessage): boolean {
    const { url = '' } = request;
    if (!url.startsWith(PATH) || this.refusalOf(request) !== undefined) return false;
    const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
    const sid = query.get('sid');
    const isWebSocket = query.get('EIO') === '4' && query.get('transport') === 'websocket';
    return isWebSocket && (sid === null || this.knows(sid));
  }

  /** The engine's own table, which its types hide. Where it has none, the engine refuses what it does not know, in fewer words. */
  private knows(sid: string): boolean {
    const clients: unknown = this.engine === undefined ? undefined : Reflect.get(this.engine, 'clients');
    return typeof clients !== 'object' || clients === null || Object.hasOwn(clients, sid);
  }

  private guard(request: IncomingMessage, response: unknown, next: () => void): void {
    const refusal = this.refusalOf(request);
    // A WebSocket has been asked for already.
    if (refusal === undefined || !(response instanceof ServerResponse)) return next();
    const { headers, body } = problemOf(refusal);
    response.writeHead(refusal.status, headers).end(JSON.stringify(body));
  }

  private refusalOf(request: IncomingMessage): DomainError | undefined {
    const { headers, method = '' } = request;
    const refusal = this.access.refusalOf(request);
    if (refusal !== undefined) return refusal;
    if (headers.origin !== undefined && !isAllowedOrigin(headers, this.config)) return FOREIGN_ORIGIN;
    return METHODS.includes(method) ? undefined : WRONG_METHOD;
  }
}
