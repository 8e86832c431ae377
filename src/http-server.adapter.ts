import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';
import { createServer, IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { BasePath } from './common/base-path';
import { answerRaw } from './common/raw-answer';
import { SecuredResponse } from './common/security-headers';

/** Longer than proxies keep an idle connection (nginx 60 s, others 75 s), so that none sends on one that is being closed. */
const KEEP_ALIVE_MS = 120_000;
/** Of a connection on which nothing is said: by this the system finds out that the peer is gone. */
const TCP_KEEP_ALIVE_MS = 60_000;
const MAX_HEADERS_MS = 60_000;
/** From the first byte of a request to the last of its body: a file of some GB over a slow line. Other bodies have less. */
const MAX_REQUEST_MS = 3_600_000;

const FAULTS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * The HTTP server of the service. Every answer of it has the security headers, also those that Node makes for what is no
 * request; what wants to be upgraded to anything but a WebSocket of ours is answered as if it did not.
 */
export class HttpServerAdapter extends ExpressAdapter {
  constructor() {
    // What looks at a path (limits, the audit log, what the log leaves out) knows one spelling of it.
    super(express().enable('case sensitive routing'));
  }

  /** Which WebSockets are opened. */
  takesUpgrade: (request: IncomingMessage) => boolean = () => false;
  private readonly sockets = new Set<Socket>();
  /** The answer that is on its way on a connection. */
  private readonly answers = new WeakMap<Duplex, ServerResponse>();
  private base = new BasePath('');

  /** Path that requests may have in front of their own. */
  set basePath(path: string) {
    this.base = new BasePath(path);
  }

  override initHttpServer(): void {
    const server: Server = createServer(
      {
        ...{ IncomingMessage, ServerResponse: SecuredResponse },
        ...{ keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS, keepAliveTimeout: KEEP_ALIVE_MS },
        ...{ headersTimeout: MAX_HEADERS_MS, requestTimeout: MAX_REQUEST_MS },
        shouldUpgradeCallback: (request: IncomingMessage) => this.shouldUpgrade(request),
      },
      this.getInstance<RequestListener>(),
    );
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    server.on('clientError', (error: Error, socket: Duplex) => this.answerFault(error, socket));
    server.on('connect', (_request: IncomingMessage, socket: Duplex) => answerRaw(socket, 405));
    // Before Socket.IO, which has put itself in front of all others by then.
    server.once('listening', () => server.prependListener('request', this.arrive));
    this.httpServer = server;
  }

  override close(): Promise<unknown> | undefined {
    for (const socket of this.sockets) socket.destroy();
    return super.close();
  }

  private readonly arrive = (request: IncomingMessage, response: ServerResponse): void => {
    this.base.cutOff(request);
    this.answers.set(request.socket, response);
  };

  private shouldUpgrade(request: IncomingMessage): boolean {
    this.base.cutOff(request);
    return isWebSocketHandshake(request) && this.takesUpgrade(request);
  }

  /** What is no HTTP, or comes too slowly. An answer that is being sent is not mixed with another. */
  private answerFault(error: Error, socket: Duplex): void {
    const answer = this.answers.get(socket);
    const isAnswering = answer !== undefined && answer.headersSent && !answer.writableFinished;
    if (!socket.writable || isAnswering) return void socket.destroy(error);
    const code = 'code' in error ? String(error.code) : '';
    answerRaw(socket, FAULTS[code] ?? 400);
    socket.once('finish', () => socket.destroy());
  }
}

/** RFC 6455, 4.2.1. What does not keep to it is no upgrade, and gets an answer like any other request. */
function isWebSocketHandshake({ method, headers }: IncomingMessage): boolean {
  const { upgrade = '', 'sec-websocket-key': key = '', 'sec-websocket-version': version } = headers;
  return (
    method === 'GET' &&
    upgrade.toLowerCase() === 'websocket' &&
    /^[+/\dA-Za-z]{22}==$/.test(key) &&
    (version === '13' || version === '8')
  );
}
