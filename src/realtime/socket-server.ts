import { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { IncomingMessage } from 'node:http';
import type { ServerOptions } from 'socket.io';
import { answersFor } from '../common/host-check';
import { isAllowedOrigin } from '../common/origin-check';
import { securityHeaders } from '../common/security-headers';
import { ServerConfig } from '../config/server.config';

/** Above the largest message, so that one that is too large gets an answer rather than a closed connection. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/**
 * Socket.IO on the service's own port.
 *
 * Browsers let any page open a WebSocket to any address, so the origin is checked here: the page must come from this
 * service or from one of CORS_ORIGINS.
 */
export class SocketServer extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly config: ServerConfig,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): ReturnType<IoAdapter['createIOServer']> {
    const settings = {
      ...options,
      cors: { origin: this.config.corsOrigins },
      serveClient: false,
      maxHttpBufferSize: MAX_FRAME_BYTES,
      allowRequest: (request: IncomingMessage, answer: (error: null, allowed: boolean) => void) =>
        answer(null, this.allows(request)),
    };
    const server = super.createIOServer(port, settings as ServerOptions);
    // It answers beside the routes of the service.
    server.engine.use(securityHeaders());
    return server;
  }

  private allows({ headers }: IncomingMessage): boolean {
    if (!answersFor(headers.host, this.config)) return false;
    return headers.origin === undefined || isAllowedOrigin(headers, this.config);
  }
}
