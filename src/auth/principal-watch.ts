import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/domain.error';
import { Principal } from './principal';
import { concerns, RevocationReason, Revocations } from './revocations';
import { BrowserSessions } from './sessions/browser-sessions';

/** What is done over an open connection is noted so often at most. */
const TOUCH_MS = 60_000;
/** setTimeout's longest. */
const LONGEST_MS = 2 ** 31 - 1;

/** Why what somebody holds open is ended. */
export type EndCode = 'session_expired' | 'signed_out';

/** Ends what a caller holds open, a stream or a socket, when it may call no more. */
@Injectable()
export class PrincipalWatch {
  constructor(
    private readonly revocations: Revocations,
    private readonly sessions: BrowserSessions,
  ) {}

  /** @param onEnd called once, with a code for the client. @returns how to stop watching */
  watch(principal: Principal, onEnd: (code: EndCode) => void): () => void {
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    const stop = (): void => {
      isOver = true;
      clearTimeout(timer);
      stopListening();
    };
    const end = (code: EndCode): void => {
      if (isOver) return;
      stop();
      onEnd(code);
    };
    const schedule = (at: number | undefined): void => {
      if (at === undefined || isOver) return;
      timer = setTimeout(() => void look(), Math.min(Math.max(0, at - Date.now()), LONGEST_MS));
      timer.unref();
    };
    const look = async (): Promise<void> => {
      const next = await this.endOf(principal);
      if (next === undefined || next <= Date.now()) end('session_expired');
      else schedule(next);
    };
    const stopListening = this.revocations.onRevoked((revoked, reason) => {
      if (concerns(revoked, principal)) end(codeOf(reason));
    });
    if (principal.sessionId === undefined) schedule(principal.expiresAt);
    else void look();
    return stop;
  }

  /** A signal that is aborted, with a DomainError, when the caller may call no more, or `signal` is aborted; `stop` ends the watch. */
  signalFor(principal: Principal, signal: AbortSignal): { signal: AbortSignal; stop: () => void } {
    const ended = new AbortController();
    const stop = this.watch(principal, (code) => ended.abort(endedBy(code)));
    return { signal: AbortSignal.any([signal, ended.signal]), stop };
  }

  /** To be called with whatever is done over an open connection: it keeps its session from becoming idle. */
  toucherFor({ sessionId }: Principal): () => void {
    let touchedAt = Date.now();
    return () => {
      if (sessionId === undefined || Date.now() - touchedAt < TOUCH_MS) return;
      touchedAt = Date.now();
      // What cannot be noted now is with the next call.
      this.sessions.touch(sessionId).catch(() => (touchedAt = 0));
    };
  }

  /** A session may have been used elsewhere since. */
  private async endOf({ sessionId, expiresAt }: Principal): Promise<number | undefined> {
    if (sessionId === undefined) return expiresAt;
    // The database may be away for a moment: then it is looked again.
    return this.sessions.endOf(sessionId).catch(() => Date.now() + 5_000);
  }
}

const codeOf = (reason: RevocationReason): EndCode => (reason === 'signed_out' ? 'signed_out' : 'session_expired');

/** What a client is told when its connection is ended so. */
export const endedBy = (code: EndCode): DomainError =>
  new DomainError(401, code, code === 'signed_out' ? 'You have signed out.' : 'Your sign-in has ended: sign in again.');
