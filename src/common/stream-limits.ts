import { Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConnectionConfig } from '../config/connection.config';
import { ServerConfig } from '../config/server.config';
import { CallerCount } from './caller-count';
import { TrustedProxies } from './client-address';

/** How many streams there are, whatever carries them: event streams, Socket.IO connections, WebSockets. */
@Injectable()
export class StreamLimits {
  private readonly count: CallerCount;
  private readonly proxies: TrustedProxies;

  constructor({ maxStreams, maxStreamsPerCaller }: ConnectionConfig, { trustedProxies }: ServerConfig) {
    const limits = { code: 'too_many_streams', what: 'streams', max: maxStreams, maxPerCaller: maxStreamsPerCaller };
    this.count = new CallerCount(limits);
    this.proxies = new TrustedProxies(trustedProxies);
  }

  /** Counts one more stream. @returns how it is given back. @throws DomainError 429 or 503 `too_many_streams` */
  open(request: Pick<IncomingMessage, 'headers' | 'socket'>): () => void {
    return this.count.open(this.proxies.callerOf(request));
  }

  /** Counts an answer as one until it ends. @throws DomainError as `open` */
  openFor(request: IncomingMessage, response: ServerResponse): void {
    response.once('close', this.open(request));
  }
}
