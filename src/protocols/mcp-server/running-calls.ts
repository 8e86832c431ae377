import { Injectable } from '@nestjs/common';
import type { User } from '../../auth/user';

/** Whose call it is, as far as that can be told: requests of the older revisions come one by one, and name a session. */
export interface CallName {
  readonly user: Pick<User, 'id'>;
  readonly session: string;
  readonly requestId: string | number;
}

/**
 * The calls that wait, for `notifications/cancelled` of the older revisions, which comes as a request of its own. Newer ones close
 * the connection of the call.
 */
@Injectable()
export class RunningCalls {
  private readonly calls = new Map<string, AbortController>();

  /** @returns a signal that is aborted when the call is cancelled, and what ends the note of it */
  open(name: CallName): { signal: AbortSignal; close: () => void } {
    const key = keyOf(name);
    const controller = new AbortController();
    this.calls.set(key, controller);
    const close = (): void => {
      if (this.calls.get(key) === controller) this.calls.delete(key);
    };
    return { signal: controller.signal, close };
  }

  /** Ends the waiting of a call; nothing happens where there is none. What it has begun goes on. */
  cancel(name: CallName): void {
    this.calls.get(keyOf(name))?.abort();
  }
}

const keyOf = ({ user, session, requestId }: CallName): string => JSON.stringify([user.id, session, requestId]);
