import { Injectable } from '@nestjs/common';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { ConnectionConfig } from '../config/connection.config';
import { ServerConfig } from '../config/server.config';
import { CallerCount } from './caller-count';
import { callerKey, TrustedProxies } from './client-address';
import { DomainError } from './domain.error';

/** Connections beyond the limit that are told so; further ones are closed without a word. */
const TOLD_AT_ONCE = 100;
/** A connection that is over the limit has so long to hear it. */
const TELL_MS = 5_000;

/** How many connections there are to the service's port. */
@Injectable()
export class ConnectionLimits {
  private readonly count: CallerCount;
  private readonly proxies: TrustedProxies;
  private readonly refused = new WeakMap<Socket, DomainError>();

  constructor(
    private readonly config: ConnectionConfig,
    { trustedProxies }: ServerConfig,
  ) {
    const { maxConnections: max, maxConnectionsPerCaller: maxPerCaller } = config;
    this.count = new CallerCount({ code: 'too_many_connections', what: 'connections', max, maxPerCaller });
    this.proxies = new TrustedProxies(trustedProxies);
  }

  attach(server: Server): void {
    server.maxConnections = this.config.maxConnections + TOLD_AT_ONCE;
    server.on('connection', (socket: Socket) => this.take(socket));
  }

  /** The refusal of a request on a connection that is one too many; undefined for any other. */
  refusalOf({ socket }: Pick<IncomingMessage, 'socket'>): DomainError | undefined {
    return this.refused.get(socket);
  }

  private take(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    try {
      socket.once('close', this.count.open(this.proxies.includes(address) ? undefined : callerKey(address)));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.refused.set(socket, error);
      const timer = setTimeout(() => socket.destroy(), TELL_MS).unref();
      socket.once('close', () => clearTimeout(timer));
    }
  }
}
