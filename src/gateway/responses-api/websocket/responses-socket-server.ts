import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { ComponentLogger, Logger } from '../../../common/logger';
import { DomainError } from '../../../common/domain.error';
import { answerRaw } from '../../../common/raw-answer';
import { StreamLimits } from '../../../common/stream-limits';
import { GatewayAccess } from '../../accounts/gateway-access';
import { OpenAiError, openAiErrorOf } from '../../wire/openai.error';
import { ResponsesService } from '../responses.service';
import { keepAlive } from '../../../common/websocket-heartbeat';
import { ResponsesSocket } from './responses-socket';
import { SocketRequests } from './socket-requests';

const PATH = '/v1/responses';
/** A request carries a whole conversation with its images. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const MAX_CONNECTIONS = 1000;
/** As OpenAI has it, and the Open Responses specification. */
const LIFETIME_MS = 60 * 60_000;

/**
 * The WebSocket mode of the Responses API, on the service's own port:
 * https://developers.openai.com/api/docs/guides/websocket-mode.
 */
@Injectable()
export class ResponsesSocketServer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  private readonly logger: ComponentLogger;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly access: GatewayAccess,
    private readonly responses: ResponsesService,
    private readonly streams: StreamLimits,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'gateway' });
  }

  onApplicationBootstrap(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (isResponsesSocket(request)) void this.upgrade(request, socket, head);
    });
  }

  /** Ends every connection; the HTTP server waits for them before it is closed. */
  beforeApplicationShutdown(): void {
    for (const socket of this.sockets.clients) socket.terminate();
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const ignore = (): void => undefined;
    socket.on('error', ignore);
    try {
      await this.access.admitUncounted(request);
      if (socket.destroyed) return;
      if (this.sockets.clients.size >= MAX_CONNECTIONS) throw tooManyConnections();
      socket.once('close', this.streams.open(request));
    } catch (error) {
      return refuse(socket, this.asOpenAiError(error));
    }
    socket.off('error', ignore);
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      keepAlive(webSocket, request.socket);
      const requests = new SocketRequests(request, this.access, this.responses, this.logger);
      new ResponsesSocket(webSocket, requests, { lifetimeMs: LIFETIME_MS });
    });
  }

  private asOpenAiError(error: unknown): OpenAiError {
    if (error instanceof OpenAiError) return error;
    if (error instanceof DomainError) return openAiErrorOf(error);
    this.logger.error({ err: error }, 'a WebSocket could not be admitted');
    return new OpenAiError(500, 'internal_error', 'The gateway failed; its log says why.');
  }
}

/** Whether a request for a WebSocket is for one of this server's. */
export const isResponsesSocket = (request: IncomingMessage): boolean => pathOf(request) === PATH;

const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0]?.replace(/\/$/, '') ?? '';

const tooManyConnections = (): OpenAiError =>
  new OpenAiError(503, 'too_many_connections', `At most ${MAX_CONNECTIONS} WebSocket connections at a time.`, null, 5);

/** The HTTP answer to an upgrade that is not made. */
function refuse(socket: Duplex, { status, body, headers }: OpenAiError): void {
  answerRaw(socket, status, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(body));
}
