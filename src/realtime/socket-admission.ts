import { Injectable } from '@nestjs/common';
import type { DefaultEventsMap, ExtendedError, Socket } from 'socket.io';
import { Authenticator } from '../auth/authenticator';
import { User } from '../auth/user';
import { DomainError } from '../common/domain.error';
import { StreamLimits } from '../common/stream-limits';

export type AdmittedSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, { user: User }>;

/** Says who may join a namespace, and how many may. */
@Injectable()
export class SocketAdmission {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly streams: StreamLimits,
  ) {}

  /**
   * Middleware of a namespace. The client hears of a refusal as `connect_error`, whose `data` has code and detail.
   *
   * The token comes in the `auth` of the handshake, or as REST has it.
   */
  readonly admit = (socket: AdmittedSocket, next: (error?: ExtendedError) => void): void => {
    const { token } = socket.handshake.auth as { token?: unknown };
    const { request } = socket;
    try {
      socket.data.user = this.authenticator.authenticate(request, typeof token === 'string' ? token : undefined);
      const close = this.streams.open(request);
      // Where the client is gone before it has joined there is no `disconnect`.
      socket.conn.once('close', close);
      socket.once('disconnect', close);
      next();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { code, detail, retryAfterSeconds } = error;
      next(Object.assign(new Error(detail), { data: { code, detail, retryAfterSeconds } }));
    }
  };
}
