import { Injectable } from '@nestjs/common';
import type { DefaultEventsMap, ExtendedError, Socket } from 'socket.io';
import { Authenticator } from '../auth/authenticator';
import { Principal } from '../auth/principal';
import { EndCode, endedBy, PrincipalWatch } from '../auth/principal-watch';
import { TrustedProxies } from '../common/client-address';
import { DomainError } from '../common/domain.error';
import { asRequest } from '../common/request-context';
import { StreamLimits } from '../common/stream-limits';
import { ServerConfig } from '../config/server.config';

export type AdmittedSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, { user: Principal }>;

/** Says who may join a namespace, and how many may. */
@Injectable()
export class SocketAdmission {
  private readonly proxies: TrustedProxies;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly streams: StreamLimits,
    private readonly watch: PrincipalWatch,
    { trustedProxies }: ServerConfig,
  ) {
    this.proxies = new TrustedProxies(trustedProxies);
  }

  /**
   * Middleware of a namespace. The client hears of a refusal as `connect_error`, whose `data` has code and detail.
   *
   * The token comes in the `auth` of the handshake, or as REST has it.
   */
  readonly admit = (socket: AdmittedSocket, next: (error?: ExtendedError) => void): void => {
    const address = this.proxies.addressOf(socket.request);
    asRequest(address, () => this.let(socket, address)).then(
      () => next(),
      (error: unknown) => next(refusalOf(error)),
    );
  };

  private async let(socket: AdmittedSocket, address: string): Promise<void> {
    const { token } = socket.handshake.auth as { token?: unknown };
    const { request } = socket;
    socket.data.user = await this.authenticator.authenticate(request, typeof token === 'string' ? token : undefined);
    const close = this.streams.open(request);
    const stopWatching = this.watch.watch(socket.data.user, (code) => end(socket, code));
    socket.conn.once('close', stopWatching);
    const touch = this.watch.toucherFor(socket.data.user);
    socket.use((_call, next) => {
      touch();
      asRequest(address, next);
    });
    // Where the client is gone before it has joined there is no `disconnect`.
    socket.conn.once('close', close);
    socket.once('disconnect', close);
  }
}

/** The client is told why before its connection is closed. */
function end(socket: AdmittedSocket, code: EndCode): void {
  socket.emit('session:ended', { code, detail: endedBy(code).detail });
  setTimeout(() => socket.disconnect(true), TELL_MS).unref();
  socket.use((_packet, next) => next(endedBy(code)));
}

/** Long enough for what was sent to leave. */
const TELL_MS = 200;

/** What went wrong, as Socket.IO takes it to the client. */
function refusalOf(error: unknown): ExtendedError {
  const known = error instanceof DomainError ? error : INTERNAL;
  const { code, detail, retryAfterSeconds } = known;
  return Object.assign(new Error(detail), { data: { code, detail, retryAfterSeconds } });
}

const INTERNAL = new DomainError(500, 'internal_error', 'Something went wrong on the server.');
